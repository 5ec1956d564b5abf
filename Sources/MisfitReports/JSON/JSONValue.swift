/// A value of JSON (RFC 8259) whose objects keep the order of their keys.
///
/// ```swift
/// let summary: JSONValue = ["rows": 569, "threshold": 0.0117, "worst": ["row 214", "row 3"]]
/// print(summary)  // {"rows":569,"threshold":0.0117,"worst":["row 214","row 3"]}
/// ```
package enum JSONValue: Hashable, Sendable {
  /// Keys and values, in order.
  case object(JSONObject)
  /// Values, in order.
  case array([JSONValue])
  /// Text.
  case string(String)
  /// A whole number, written without a point.
  case integer(Int)
  /// A number; one that is not finite is written as `null`, since JSON cannot express it.
  case number(Double)
  /// A boolean.
  case boolean(Bool)
  /// A null.
  case null
}

extension JSONValue {
  /// Creates a number, or null for nil.
  package init(_ value: Double?) { self = value.map { .number($0) } ?? .null }

  /// Creates a number in the digits of its own precision, or null for nil: 0.1 stays 0.1.
  package init(_ value: Float?) {
    self = value.map { .number(Double($0.description) ?? Double($0)) } ?? .null
  }

  /// Creates a whole number, or null for nil.
  package init(_ value: Int?) { self = value.map { .integer($0) } ?? .null }

  /// Creates text, or null for nil.
  package init(_ value: String?) { self = value.map { .string($0) } ?? .null }

  /// Creates a boolean, or null for nil.
  package init(_ value: Bool?) { self = value.map { .boolean($0) } ?? .null }

  /// Creates an array of numbers.
  package init(_ values: some Sequence<Double>) { self = .array(values.map { .number($0) }) }

  /// Creates an array of whole numbers.
  package init(_ values: some Sequence<Int>) { self = .array(values.map { .integer($0) }) }

  /// Creates an array of texts.
  package init(_ values: some Sequence<String>) { self = .array(values.map { .string($0) }) }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringInterpolation,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
  /// Creates an object; for a repeated key the last value counts.
  package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }

  /// Creates an array.
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  /// Creates text.
  package init(stringLiteral value: String) { self = .string(value) }

  /// Creates a whole number.
  package init(integerLiteral value: Int) { self = .integer(value) }

  /// Creates a number.
  package init(floatLiteral value: Double) { self = .number(value) }

  /// Creates a boolean.
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension JSONValue: CustomStringConvertible {
  /// The value as compact JSON.
  package var description: String { JSONText.compact(self) }
}
