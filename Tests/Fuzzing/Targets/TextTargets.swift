import MisfitCore

@testable import MisfitCommand
@testable import MisfitIngest
@testable import MisfitNetworks

/// Architectures as people type them.
enum ArchitectureTarget {
  /// Reads a text for the input that the first byte chooses; what was read can be written and read again.
  static func read(_ bytes: [UInt8]) throws {
    guard let choice = bytes.first else { return }
    let shapes: [SampleShape] = [
      .row(8), .image(height: 28, width: 28, channels: 1), .image(height: 8, width: 8, channels: 3),
      .image(height: 5, width: 7, channels: 1),
    ]
    let shape = shapes[Int(choice & 3)]
    let architecture = try Architecture(String(decoding: bytes.dropFirst(), as: UTF8.self), inputShape: shape)
    let again = try Architecture(architecture.text, inputShape: shape)
    try promise(again == architecture, "an architecture differs from the one of its own text")
    if architecture.parameterCount < 100_000 { _ = try Network(architecture) }
  }
}

/// The command's arguments.
enum ArgumentTarget {
  /// Reads lines as the arguments of the verb that the first byte chooses; nothing is run.
  static func read(_ bytes: [UInt8]) throws {
    guard let choice = bytes.first else { return }
    let words = bytes.dropFirst().split(separator: 10, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    let verbs: [any Verb.Type] = [
      Detect.self, Demo.self, Fit.self, Calibrate.self, Inspect.self, Draw.self, Score.self, Rank.self,
      Report.self, Compare.self, Encode.self, Reconstruct.self, Classify.self, Datasets.self, Generate.self,
      Notebooks.self,
    ]
    let verb = verbs[Int(choice) % verbs.count]
    try readWords(words, of: verb)
  }

  private static func readWords<V: Verb>(_ words: [String], of verb: V.Type) throws {
    let invocation = try Invocation<V>.read(words)
    if let help = invocation.common.help {
      _ = HelpPage(V.self).text(width: 80, style: .plain, showsAll: help == .all)
    }
  }
}

/// Single cells, and other short texts.
enum CellTarget {
  /// Reads a text as what the first byte chooses; numbers are compared with the standard library's.
  static func read(_ bytes: [UInt8]) throws {
    guard let choice = bytes.first else { return }
    let text = Array(bytes.dropFirst())
    switch choice % 7 {
    case 0: _ = DateText.read(text.span, order: .dayFirst)
    case 1: _ = DateText.read(text.span, order: .monthFirst)
    case 2: try checkNumber(text)
    case 3: _ = DecimalNumber.readWithComma((text + [10]).span, 0..<text.count)
    case 4: _ = BooleanText.read(text.span)
    case 5: try checkPattern(String(decoding: text, as: UTF8.self))
    default:
      let text = String(decoding: text, as: UTF8.self)
      _ = ByteCountText.read(text)
      _ = try RandomSource(parsing: text)
    }
  }

  /// The text before the first line feed is a name, and the rest a pattern.
  private static func checkPattern(_ text: String) throws {
    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return }
    let name = Array(parts[0])[...]
    let isMatch = PathPattern.isMatch(name, Array(parts[1])[...])
    guard !name.starts(with: ".") else { return }
    try promise(
      !isMatch || PathPattern.isMatch(name, Array(parts[1] + "*")[...]), "a longer pattern matches less")
  }

  private static func checkNumber(_ text: [UInt8]) throws {
    guard case .number(let value) = DecimalNumber.read(text) else { return }
    let plain = String(decoding: DecimalNumber.trim(text[...]), as: UTF8.self)
    if let expected = Double(plain) {
      try promise(expected.bitPattern == value.bitPattern, "\(plain) is read as \(value)")
    }
    _ = NumberText.significant(value)
  }
}
