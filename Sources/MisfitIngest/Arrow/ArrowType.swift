/// The type of the values of an Arrow column.
package indirect enum ArrowType: Sendable, Hashable {
  /// No values: every cell is missing.
  case null
  /// Bits.
  case boolean
  /// Signed integers of 1, 2, 4 or 8 bytes.
  case signed(byteCount: Int)
  /// Unsigned integers of 1, 2, 4 or 8 bytes.
  case unsigned(byteCount: Int)
  /// IEEE 754 numbers of 2, 4 or 8 bytes.
  case float(byteCount: Int)
  /// Decimal numbers of 4, 8, 16 or 32 bytes: an integer, divided by ten to the power of `scale`.
  case decimal(byteCount: Int, scale: Int)
  /// UTF-8, with offsets of 4 or 8 bytes.
  case text(offsetByteCount: Int)
  /// UTF-8 in views: short texts in place, others in one of several buffers.
  case textView
  /// Days from 1 January 1970 in 4 bytes, or milliseconds in 8.
  case date(byteCount: Int)
  /// Units from midnight, in 4 or 8 bytes.
  case timeOfDay(byteCount: Int, unitsPerSecond: Int64)
  /// Units from 1 January 1970; universal time if there is a zone.
  case timestamp(unitsPerSecond: Int64, hasZone: Bool)
  /// A number of units, in 8 bytes.
  case duration
  /// Values in another column, by their indices.
  case dictionary(index: ArrowType, values: ArrowType)
  /// Lists of the same number of values.
  case fixedList(count: Int, ArrowType)

  /// Whether a cell is a number that is read without a text between.
  package var isNumeric: Bool {
    switch self {
    case .signed, .unsigned, .float, .duration: true
    default: false
    }
  }

  /// Whether a cell is a text.
  package var isText: Bool {
    switch self {
    case .text, .textView: true
    case .dictionary(_, let values): values.isText
    default: false
    }
  }

  /// The number of bytes of a value that has a fixed number of them; nil for others.
  package var byteCount: Int? {
    switch self {
    case .signed(let count), .unsigned(let count), .float(let count), .decimal(let count, _),
      .date(let count), .timeOfDay(let count, _):
      count
    case .timestamp, .duration: 8
    case .textView: 16
    case .dictionary(let index, _): index.byteCount
    case .null, .boolean, .text, .fixedList: nil
    }
  }

  /// The extents and the type of the numbers of nested lists of fixed lengths; no extents for other types.
  package var tensor: (extents: [Int], element: ArrowType) {
    guard case .fixedList(let count, let inner) = self else { return ([], self) }
    let (extents, element) = inner.tensor
    return ([count] + extents, element)
  }
}

/// The name and the type of an Arrow column.
package struct ArrowField: Sendable, Hashable {
  /// The name; may be empty.
  package var name: String
  /// The type of the values.
  package var type: ArrowType
  /// The shape of a value that is a list, if the schema states one: `[height, width, channels]`.
  package var extents: [Int]?

  /// Creates a field.
  package init(_ name: String, _ type: ArrowType, extents: [Int]? = nil) {
    self.name = name
    self.type = type
    self.extents = extents
  }
}
