/// The text of a message, in which options are values until a program shows it.
///
/// Written as a string literal:
///
///     let advice: MessageText = "lower \(.learningRate), or use \(.loss, "mse")"
///
/// ``description`` names options by their Swift declarations; a program with other words for them renders the
/// text with ``text(naming:)``.
package struct MessageText: Hashable, Sendable {
  fileprivate enum Part: Hashable, Sendable {
    case text(String)
    case option(OptionName, value: String?)
  }

  /// Parts in which no two texts follow each other, so that equal messages have equal parts.
  fileprivate struct Parts: Hashable, Sendable {
    var all: [Part] = []

    mutating func append(_ part: Part) {
      if case .text(let next) = part {
        guard !next.isEmpty else { return }
        if case .text(let last) = all.last {
          all[all.count - 1] = .text(last + next)
          return
        }
      }
      all.append(part)
    }
  }

  private var parts = Parts()

  /// Makes a message without options.
  package init(_ text: String) { parts.append(.text(text)) }

  /// The text, with each option and the value that it is to have as `naming` writes them.
  package func text(naming: (OptionName, _ value: String?) -> String) -> String {
    parts.all.map { part in
      switch part {
      case .text(let text): text
      case .option(let option, let value): naming(option, value)
      }
    }.joined()
  }

  /// Joins messages.
  package static func list(_ messages: [MessageText], separator: String = ", ") -> MessageText {
    messages.dropFirst().reduce(messages.first ?? "") { $0 + MessageText(separator) + $1 }
  }

  /// Joins two messages.
  package static func + (first: MessageText, second: MessageText) -> MessageText {
    var text = first
    for part in second.parts.all { text.parts.append(part) }
    return text
  }
}

extension MessageText: CustomStringConvertible {
  /// The text, with options named by their Swift declarations.
  package var description: String {
    text { option, value in value.map { "\(option) = \($0)" } ?? option.description }
  }
}

extension MessageText: ExpressibleByStringInterpolation {
  /// The parts of a literal.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var parts = Parts()

    /// Begins a literal.
    package init(literalCapacity: Int, interpolationCount: Int) {}

    /// Adds literal text.
    package mutating func appendLiteral(_ literal: String) {
      parts.append(.text(literal))
    }

    /// Adds an option.
    package mutating func appendInterpolation(_ option: OptionName) {
      parts.append(.option(option, value: nil))
    }

    /// Adds an option with the value that it is to have.
    package mutating func appendInterpolation(_ option: OptionName, _ value: String) {
      parts.append(.option(option, value: value))
    }

    /// Adds another message.
    package mutating func appendInterpolation(_ message: MessageText) {
      for part in message.parts.all { parts.append(part) }
    }

    /// Adds a value as text.
    package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      parts.append(.text(value.description))
    }
  }

  /// Makes a message of a literal.
  package init(stringLiteral value: String) { self.init(value) }

  /// Makes a message of a literal with values in it.
  package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }
}

extension MessageText: Codable {
  private enum CodingKeys: String, CodingKey { case option, value }

  /// Decodes a message: a text, or a list of texts and options.
  ///
  /// An option of a later version is read as its name.
  ///
  /// - Throws: `DecodingError` for anything else.
  package init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      parts.append(.text(text))
      return
    }
    var list = try decoder.unkeyedContainer()
    while !list.isAtEnd {
      if let text = try? list.decode(String.self) {
        parts.append(.text(text))
        continue
      }
      let option = try list.nestedContainer(keyedBy: CodingKeys.self)
      let name = try option.decode(String.self, forKey: .option)
      let value = try option.decodeIfPresent(String.self, forKey: .value)
      parts.append(OptionName(rawValue: name).map { .option($0, value: value) } ?? .text(name))
    }
  }

  /// Encodes a message without options as a text, any other as a list of texts and options.
  package func encode(to encoder: any Encoder) throws {
    guard parts.all.contains(where: { if case .option = $0 { true } else { false } }) else {
      var container = encoder.singleValueContainer()
      return try container.encode(description)
    }
    var list = encoder.unkeyedContainer()
    for part in parts.all {
      switch part {
      case .text(let text): try list.encode(text)
      case .option(let name, let value):
        var option = list.nestedContainer(keyedBy: CodingKeys.self)
        try option.encode(name.rawValue, forKey: .option)
        try option.encodeIfPresent(value, forKey: .value)
      }
    }
  }
}
