/// A column of Arrow data that grows by single cells.
package struct ArrowCells: Sendable {
  /// The type of the cells.
  package enum Kind: Sendable {
    /// Doubles.
    case number
    /// Booleans.
    case flag
    /// UTF-8, with offsets of 8 bytes.
    case text
  }

  /// The name of the column.
  package let name: String
  /// The type of the cells.
  package let kind: Kind
  /// The number of cells.
  package private(set) var count = 0
  /// The number of missing cells.
  private(set) var missingCount = 0
  private var validity: [UInt8] = []
  private var values: [UInt8] = []
  private var offsets: [UInt8] = []

  /// Creates an empty column.
  package init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// Appends a number; NaN is a missing cell.
  ///
  /// - Precondition: the column holds numbers.
  package mutating func append(_ value: Double?) {
    precondition(kind == .number, "a number in another column")
    let isPresent = value.map { !$0.isNaN } ?? false
    Self.append(isPresent ? value?.bitPattern ?? 0 : 0, to: &values)
    finishCell(isPresent)
  }

  /// Appends a Boolean.
  ///
  /// - Precondition: the column holds Booleans.
  package mutating func append(_ value: Bool?) {
    precondition(kind == .flag, "a Boolean in another column")
    Self.append(bit: value ?? false, at: count, to: &values)
    finishCell(value != nil)
  }

  /// Appends a text.
  ///
  /// - Precondition: the column holds texts.
  package mutating func append(_ value: String?) {
    precondition(kind == .text, "a text in another column")
    if count == 0 { Self.append(0, to: &offsets) }
    if let value { values.append(contentsOf: value.utf8) }
    Self.append(UInt64(values.count), to: &offsets)
    finishCell(value != nil)
  }

  /// Removes all cells.
  package mutating func removeAll() {
    (count, missingCount) = (0, 0)
    validity.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
  }

  /// The buffers of a message; that of validity is empty if no cell is missing.
  var buffers: [[UInt8]] {
    let bits = missingCount == 0 ? [] : validity
    return kind == .text ? [bits, offsets, values] : [bits, values]
  }

  private mutating func finishCell(_ isPresent: Bool) {
    Self.append(bit: isPresent, at: count, to: &validity)
    count += 1
    if !isPresent { missingCount += 1 }
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    for shift in 0..<UInt64(8) { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
  }

  private static func append(bit: Bool, at index: Int, to bytes: inout [UInt8]) {
    if index & 7 == 0 { bytes.append(0) }
    if bit { bytes[index >> 3] |= 1 << UInt8(index & 7) }
  }
}
