/// The help page of a verb.
struct HelpPage {
  /// The heading of the flags of every verb.
  static let commonGroup = "Every verb"
  /// A page that would omit fewer flags than this shows them.
  static let leastOmittedCount = 3

  /// The name of the verb.
  let verb: String
  let summary: String
  let details: String
  /// The arguments, each with its default.
  private(set) var arguments: [ArgumentDescription]
  let examples: [Example]

  init<V: Verb>(_ verb: V.Type) {
    self.verb = verb.name
    summary = verb.summary
    details = verb.details
    examples = verb.examples
    let defaults = Invocation<V>()
    arguments = Invocation<V>.arguments.map { argument in
      var description = argument.description
      description.otherwise = description.otherwise ?? argument.defaultText(defaults)
      return description
    }
  }

  /// The usage line, `misfit compare [MODEL ...] DATA -o DIR [flags]`; it names required flags.
  var usage: String {
    var words = ["misfit", verb]
    for argument in arguments where argument.names.isEmpty {
      let name = argument.placeholder
      switch (argument.count.lowerBound, argument.count.upperBound) {
      case (1, 1): words.append(name)
      case (0, 1): words.append("[\(name)]")
      case (0, _): words.append("[\(name) ...]")
      case (let least, _): words += Array(repeating: name, count: least) + ["[\(name) ...]"]
      }
    }
    words += arguments.filter(\.isRequired).map { "\($0.names[0]) \($0.placeholder)" }
    return (words + ["[flags]"]).joined(separator: " ")
  }

  /// The flags that only `--help-all` shows.
  var rareFlags: [ArgumentDescription] {
    let rare = arguments.filter(\.isRare)
    return rare.count < Self.leastOmittedCount ? [] : rare
  }

  /// Returns the flag that prints the page with a flag, or with all for nil.
  func helpFlag(for name: String?) -> String {
    let isShown = name.map { name in !rareFlags.contains { $0.names.contains(name) } } ?? rareFlags.isEmpty
    return isShown ? "--help" : "--help-all"
  }

  /// Returns the text of the page, wrapped to a width.
  ///
  /// Without `showsAll` it has the common flags, in one list, if there are many rare ones.
  func text(width: Int, style: TextStyle = .plain, showsAll: Bool = false) -> String {
    var page = self
    if !showsAll, !rareFlags.isEmpty {
      page.arguments = arguments.filter { !$0.isRare }.map { argument in
        var argument = argument
        if argument.group != Self.commonGroup { argument.group = nil }
        return argument
      }
    }
    return page.text(width: width, style: style, omittedCount: arguments.count - page.arguments.count)
  }

  private func text(width: Int, style: TextStyle, omittedCount: Int) -> String {
    var lines = TextWrapping.wrap(summary, width: width)
    lines += ["", style.bold("Usage:") + " " + usage]
    for paragraph in TextWrapping.paragraphs(details) {
      lines += [""] + TextWrapping.wrap(paragraph, width: width)
    }
    lines += section("Arguments", arguments.filter { $0.names.isEmpty }, width: width, style: style)
    for title in groupTitles {
      let flags = arguments.filter { !$0.names.isEmpty && ($0.group ?? "Flags") == title }
      lines += section(title, flags, width: width, style: style)
      if title == "Flags", omittedCount > 0 {
        let pointer = "`misfit \(verb) --help-all` lists \(omittedCount) more flags."
        lines += [""] + TextWrapping.wrap(pointer, width: width, indent: 2)
      }
    }
    lines += exampleLines(width: width, style: style)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The headings of the flags, in their order.
  var groupTitles: [String] {
    var titles: [String] = []
    for argument in arguments where !argument.names.isEmpty {
      let title = argument.group ?? "Flags"
      if !titles.contains(title) { titles.append(title) }
    }
    return titles
  }

  private func section(
    _ title: String, _ arguments: [ArgumentDescription], width: Int, style: TextStyle
  ) -> [String] {
    guard !arguments.isEmpty else { return [] }
    let rows = arguments.map { (term: $0.spelling, text: $0.sentences) }
    // All sections use the same width for the first column.
    let termWidth = TextWrapping.termWidth(self.arguments.map(\.spelling), width: width)
    return ["", style.bold(title + ":")]
      + TextWrapping.columns(rows, width: width, termWidth: termWidth)
  }

  private func exampleLines(width: Int, style: TextStyle) -> [String] {
    guard !examples.isEmpty else { return [] }
    var lines = ["", style.bold(examples.count == 1 ? "Example:" : "Examples:")]
    for example in examples {
      lines.append("  " + example.line)
      if let meaning = example.meaning { lines += TextWrapping.wrap(meaning, width: width, indent: 6) }
    }
    return lines
  }
}

extension ArgumentDescription {
  /// The help, followed by what the declaration implies: the choices, whether it repeats, the default.
  var sentences: String {
    var text = help
    if !choices.isEmpty { text += " One of \(ChoiceText.list(choices))." }
    if case .flag = form, isRepeatable { text += " May be repeated." }
    if isRequired { text += " Required." }
    if let otherwise { text += " (default: \(otherwise))" }
    return text
  }
}
