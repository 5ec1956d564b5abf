/// A value of JSON (RFC 8259) whose objects keep the order of their keys.
///
/// ```swift
/// let summary: JSONValue = ["rows": 569, "threshold": 0.0117, "worst": ["row 214", "row 3"]]
/// print(summary)  // {"rows":569,"threshold":0.0117,"worst":["row 214","row 3"]}
/// ```
public enum JSONValue: Hashable, Sendable {
  /// Keys and values, in order.
  case object(JSONObject)
  /// Values, in order.
  case array([JSONValue])
  /// Text.
  case string(String)
  /// A whole number, written without a point.
  case integer(Int)
  /// A number; one that is not finite is written as `null`, since JSON has no word for it.
  case number(Double)
  /// True or false.
  case boolean(Bool)
  /// Nothing.
  case null
}

extension JSONValue {
  /// A number, or null where there is none.
  public init(_ value: Double?) { self = value.map { .number($0) } ?? .null }

  /// A number in the digits of its own precision, or null where there is none: 0.1 stays 0.1.
  public init(_ value: Float?) { self = value.map { .number(Double($0.description) ?? Double($0)) } ?? .null }

  /// A whole number, or null where there is none.
  public init(_ value: Int?) { self = value.map { .integer($0) } ?? .null }

  /// Text, or null where there is none.
  public init(_ value: String?) { self = value.map { .string($0) } ?? .null }

  /// True or false, or null where that is not known.
  public init(_ value: Bool?) { self = value.map { .boolean($0) } ?? .null }

  /// An array of numbers.
  public init(_ values: some Sequence<Double>) { self = .array(values.map { .number($0) }) }

  /// An array of whole numbers.
  public init(_ values: some Sequence<Int>) { self = .array(values.map { .integer($0) }) }

  /// An array of texts.
  public init(_ values: some Sequence<String>) { self = .array(values.map { .string($0) }) }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringInterpolation,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
  /// An object; where a key stands twice, the last value counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }

  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  /// Text.
  public init(stringLiteral value: String) { self = .string(value) }

  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }

  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }

  /// True or false.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension JSONValue: CustomStringConvertible {
  /// The value as compact JSON.
  public var description: String { JSONText.compact(self) }
}
