/// The flags of every verb.
struct CommonFlags: FlagSet {
  var isQuiet = false
  var wantsJSON = false
  var wantsHelp = false

  static var arguments: [Argument<CommonFlags>] {
    Group(HelpPage.commonGroup) {
      Switch(
        "--json", \.wantsJSON, help: "Print one JSON object on standard output, and nothing else there.")
      Switch("-q, --quiet", \.isQuiet, help: "No notes and no progress; errors are still printed.")
      Switch("-h, --help", \.wantsHelp, help: "Print this page.")
    }
  }
}

/// A verb together with the common flags.
struct Invocation<V: Verb> {
  var verb = V()
  var common = CommonFlags()

  /// The arguments of the verb, then the common ones.
  static var arguments: [Argument<Invocation>] {
    V.arguments.map { $0.mapped(into: \.verb) } + CommonFlags.arguments.map { $0.mapped(into: \.common) }
  }

  /// Returns the invocation of the tokens after the verb, after checking them.
  ///
  /// A `--help` anywhere before `--` takes precedence over everything else.
  ///
  /// - Throws: ``ArgumentError``, with the name and usage of the verb.
  static func read(_ tokens: [String]) throws(ArgumentError) -> Invocation {
    var invocation = Invocation()
    if tokens.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      invocation.common.wantsHelp = true
      return invocation
    }
    do {
      invocation = try ArgumentReader.read(tokens, as: arguments, into: invocation)
      try invocation.verb.check()
    } catch {
      throw ArgumentError(error.kind, verb: V.name, usage: HelpPage(V.self).usage)
    }
    return invocation
  }
}
