#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A value of JSON that options are read from.
enum OptionValue: Decodable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case number(Double)
  case text(String)
  case array([OptionValue])
  case object([String: OptionValue])

  init(from decoder: any Decoder) throws {
    if let members = try? decoder.singleValueContainer().decode([String: OptionValue].self) {
      self = .object(members)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .boolean(bool)
    } else if let integer = try? value.decode(Int64.self) {
      self = .integer(integer)
    } else if let integer = try? value.decode(UInt64.self) {
      self = .unsigned(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else {
      self = .array(try value.decode([OptionValue].self))
    }
  }

  /// Parses a JSON text.
  ///
  /// - Throws: ``InterfaceError`` with what is wrong.
  init(json text: String) throws(InterfaceError) {
    guard Self.depth(of: text) <= 16 else {
      throw InterfaceError(.option, "the options are nested too deeply")
    }
    do { self = try JSONDecoder().decode(OptionValue.self, from: Data(text.utf8)) } catch {
      throw InterfaceError(.option, "the options are not JSON", remedy: "give an object, as in {\"seed\": 1}")
    }
  }

  /// Returns the largest number of open brackets, outside of strings.
  private static func depth(of text: String) -> Int {
    var (depth, deepest, isInString, isEscaped) = (0, 0, false, false)
    for byte in text.utf8 {
      if isInString {
        if byte == UInt8(ascii: "\""), !isEscaped { isInString = false }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
        depth += 1
        deepest = max(deepest, depth)
      } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
        depth -= 1
      }
    }
    return deepest
  }

  /// The whole number; nil for other values.
  var integer: Int? {
    switch self {
    case .integer(let value): Int(exactly: value)
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The number; nil for other values and for numbers that are not finite.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value.isFinite ? value : nil
    default: nil
    }
  }

  /// The text; nil for other values.
  var string: String? { if case .text(let text) = self { text } else { nil } }

  /// The texts of an array, or a single text; nil for other values.
  var strings: [String]? {
    switch self {
    case .text(let text): [text]
    case .array(let values):
      values.allSatisfy { $0.string != nil } ? values.compactMap(\.string) : nil
    default: nil
    }
  }

  /// The value as in JSON, for messages.
  var description: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let text): "\"\(text)\""
    case .array: "an array"
    case .object: "an object"
    }
  }
}
