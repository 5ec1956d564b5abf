import MisfitCore

/// A parser of the tokens after the verb, which stores values in the verb's fields.
///
/// Flags and positionals may be mixed; `--` ends the flags; `-` and negative numbers are values.
struct ArgumentReader<Root> {
  private var root: Root
  private let flags: [Argument<Root>]
  private let positionals: [Argument<Root>]
  private var tokens: ArraySlice<String>
  /// The canonical names of the arguments read so far.
  private var given: Set<String> = []
  private var positionalTexts: [String] = []

  /// Returns `root` with the values of the tokens.
  ///
  /// - Throws: ``ArgumentError`` for the first problem, without the name of the verb.
  static func read(
    _ tokens: [String], as arguments: [Argument<Root>], into root: Root
  ) throws(ArgumentError) -> Root {
    var reader = ArgumentReader(tokens, arguments, root)
    while let token = reader.tokens.popFirst() {
      if token == "--" {
        reader.positionalTexts += reader.tokens
        break
      }
      try reader.read(token)
    }
    try reader.assignPositionals()
    try reader.checkRequiredFlags()
    return reader.root
  }

  private init(_ tokens: [String], _ arguments: [Argument<Root>], _ root: Root) {
    self.tokens = tokens[...]
    self.root = root
    flags = arguments.filter { !$0.description.names.isEmpty }
    positionals = arguments.filter { $0.description.names.isEmpty }
  }

  /// Returns whether a token is a flag, known or not: `-`, `-5` and `-.5e3` are not.
  static func isFlag(_ token: String) -> Bool {
    guard token.hasPrefix("-"), let second = token.dropFirst().first else { return false }
    return !(second.isNumber || second == ".") || Double(token) == nil
  }

  private mutating func read(_ token: String) throws(ArgumentError) {
    guard Self.isFlag(token) else { return positionalTexts.append(token) }
    if token.hasPrefix("--") { try readLong(token) } else { try readShort(token) }
  }

  /// Reads a long flag: `--name`, `--name value` or `--name=value`.
  private mutating func readLong(_ token: String) throws(ArgumentError) {
    let parts = token.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let flag = flag(name) else { throw unknown(name) }
    let attached = parts.count > 1 ? String(parts[1]) : nil
    switch (flag.description.form, attached) {
    case (.switch, let attached?): throw ArgumentError(.surplusValue(flag: name, text: attached))
    case (.switch, nil): try store("", in: flag)
    case (_, let attached?): try store(attached, in: flag)
    case (_, nil): try store(try nextValue(for: flag, as: name), in: flag)
    }
  }

  /// Reads short flags: `-o value`, `-ovalue`, `-o=value`, or combined switches such as `-qj`.
  private mutating func readShort(_ token: String) throws(ArgumentError) {
    if flag("-" + token) != nil {
      throw ArgumentError(.unknownFlag(token, nearest: "-" + token, otherVerbs: []))
    }
    var letters = token.dropFirst()
    while let letter = letters.popFirst() {
      let name = "-\(letter)"
      guard let flag = flag(name) else { throw unknown(letters.isEmpty ? name : token) }
      if case .switch = flag.description.form {
        try store("", in: flag)
        continue
      }
      if letters.first == "=" { letters.removeFirst() }
      let text = try letters.isEmpty ? nextValue(for: flag, as: name) : String(letters)
      return try store(text, in: flag)
    }
  }

  private mutating func nextValue(for flag: Argument<Root>, as name: String) throws(ArgumentError) -> String {
    if let next = tokens.first, !Self.isFlag(next) {
      tokens.removeFirst()
      return next
    }
    throw ArgumentError(
      .missingValue(
        flag: name, expectation: flag.description.expectation, example: flag.description.example,
        next: tokens.first))
  }

  private mutating func store(_ text: String, in argument: Argument<Root>) throws(ArgumentError) {
    let description = argument.description
    let isFirst = given.insert(description.name).inserted
    guard isFirst || description.isRepeatable else { throw ArgumentError(.repeatedFlag(description.name)) }
    guard argument.store(&root, text, isFirst) else {
      throw ArgumentError(
        .unreadableValue(
          argument: description.name, text: text, expectation: description.expectation,
          remedy: description.hint(text)))
    }
  }

  private func flag(_ name: String) -> Argument<Root>? { flags.first { $0.description.names.contains(name) } }

  private func unknown(_ name: String) -> ArgumentError {
    let nearest =
      flags.first { $0.description.synonyms.contains(name) }?.description.name
      ?? NearestSpelling.of(name, among: flags.flatMap { $0.description.names.filter { $0.hasPrefix("--") } })
    return ArgumentError(.unknownFlag(name, nearest: nearest, otherVerbs: []))
  }

  /// Assigns to each positional its minimum number of texts, and the remaining ones to the first that takes
  /// more.
  private mutating func assignPositionals() throws(ArgumentError) {
    var spare = positionalTexts.count - positionals.reduce(0) { $0 + $1.description.count.lowerBound }
    var texts = positionalTexts[...]
    for positional in positionals {
      let count = positional.description.count
      let extra = min(max(spare, 0), count.upperBound - count.lowerBound)
      spare -= extra
      for _ in 0..<count.lowerBound + extra {
        guard let text = texts.popFirst() else {
          throw ArgumentError(
            .missingPositional(positional.description.name, help: positional.description.help))
        }
        try store(text, in: positional)
      }
    }
    if let text = texts.first { throw ArgumentError(.surplusPositional(text)) }
  }

  private func checkRequiredFlags() throws(ArgumentError) {
    for flag in flags where flag.description.isRequired && !given.contains(flag.description.name) {
      throw ArgumentError(
        .missingFlag(
          spelling: flag.description.name + " " + flag.description.placeholder,
          expectation: flag.description.expectation, example: flag.description.example))
    }
  }
}

extension ArgumentDescription {
  /// The number of texts that a positional takes; 0...0 for a flag.
  var count: ClosedRange<Int> {
    if case .positional(let count) = form { count } else { 0...0 }
  }
}
