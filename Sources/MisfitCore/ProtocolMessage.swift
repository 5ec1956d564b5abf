/// A writer of a protocol-buffer message, field by field in ascending order.
///
/// Protocol Buffers, "Encoding". As in proto3, a number of 0 and an empty text are omitted, unless they are
/// elements of a list or members of a choice.
package struct ProtocolMessage {
  private enum WireType: UInt64 {
    case variable = 0
    case eightBytes = 1
    case lengthFirst = 2
    case fourBytes = 5
  }

  /// The encoded fields.
  package private(set) var bytes: [UInt8] = []

  /// Creates an empty message.
  package init() {}

  /// Adds a whole number.
  package mutating func add(_ field: UInt64, _ value: Int) {
    guard value != 0 else { return }
    add(field, element: value)
  }

  /// Adds an element of a list, or a member of a choice, which is written even if it is 0.
  package mutating func add(_ field: UInt64, element value: Int) {
    key(field, .variable)
    variable(UInt64(bitPattern: Int64(value)))
  }

  /// Adds a double.
  package mutating func add(_ field: UInt64, _ value: Double) {
    guard value.bitPattern != 0 else { return }
    key(field, .eightBytes)
    fixed(value.bitPattern)
  }

  /// Adds a member of a `oneof`, which is written even if it is 0.
  package mutating func add(_ field: UInt64, choice value: Float) {
    key(field, .fourBytes)
    fixed(value.bitPattern)
  }

  /// Adds a text.
  package mutating func add(_ field: UInt64, _ text: String) {
    guard !text.isEmpty else { return }
    add(field, element: text)
  }

  /// Adds an element of a list, which is written even if it is empty.
  package mutating func add(_ field: UInt64, element text: String) { add(field, bytes: Array(text.utf8)) }

  /// Adds bytes.
  package mutating func add(_ field: UInt64, bytes content: [UInt8]) {
    key(field, .lengthFirst)
    variable(UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  /// Adds a list of doubles.
  package mutating func add(_ field: UInt64, packed values: [Double]) {
    guard !values.isEmpty else { return }
    key(field, .lengthFirst)
    variable(UInt64(values.count * 8))
    for value in values { fixed(value.bitPattern) }
  }

  /// Adds a message.
  package mutating func add(_ field: UInt64, _ message: ProtocolMessage) { add(field, bytes: message.bytes) }

  private mutating func key(_ field: UInt64, _ type: WireType) { variable(field << 3 | type.rawValue) }

  private mutating func variable(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func fixed<Value: FixedWidthInteger>(_ value: Value) {
    for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
    }
  }
}
