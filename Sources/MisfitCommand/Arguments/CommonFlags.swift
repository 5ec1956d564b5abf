/// The flags of every verb.
struct CommonFlags: FlagSet {
  var isQuiet = false
  var wantsJSON = false
  var help: Help?

  /// A page that is printed instead of running the verb.
  enum Help { case common, all }

  static var arguments: [Argument<CommonFlags>] {
    Group(HelpPage.commonGroup) {
      Switch(
        "--json", \.wantsJSON, help: "Print one JSON object on standard output, and nothing else there.")
      Switch("-q, --quiet", \.isQuiet, help: "No notes and no progress; errors are still printed.")
      Switch("-h, --help", \.help, sets: .common, help: "Print this page.")
      Switch("--help-all", \.help, sets: .all, help: "Print this page with all flags.")
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
  /// A `--help` or `--help-all` anywhere before `--` takes precedence over everything else.
  ///
  /// - Throws: ``ArgumentError``, with the name and usage of the verb.
  static func read(_ tokens: [String]) throws(ArgumentError) -> Invocation {
    var invocation = Invocation()
    let flags = tokens.prefix { $0 != "--" }
    if flags.contains("--help-all") {
      invocation.common.help = .all
    } else if flags.contains("--help") || flags.contains("-h") {
      invocation.common.help = .common
    }
    guard invocation.common.help == nil else { return invocation }
    do {
      invocation = try ArgumentReader.read(tokens, as: arguments, into: invocation)
      try invocation.verb.check()
    } catch {
      let page = HelpPage(V.self)
      throw ArgumentError(
        error.kind, verb: V.name, usage: page.usage, helpFlag: page.helpFlag(for: error.kind.flag))
    }
    return invocation
  }
}
