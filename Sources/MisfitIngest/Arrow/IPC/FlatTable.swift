/// A table of FlatBuffers data, such as the metadata of an Arrow message.
///
/// Every offset and extent is checked before it is followed, since the bytes may come from anyone.
struct FlatTable {
  private let bytes: [UInt8]
  private let start: Int
  private let slots: Int
  private let slotByteCount: Int

  /// Creates the root table of some bytes.
  ///
  /// - Throws: ``FlatProblem``.
  init(root bytes: [UInt8]) throws(FlatProblem) {
    try self.init(bytes, at: Int(Self.integer(bytes, 0, UInt32.self)))
  }

  private init(_ bytes: [UInt8], at start: Int) throws(FlatProblem) {
    self.bytes = bytes
    self.start = start
    slots = start - Int(try Self.integer(bytes, start, Int32.self))
    slotByteCount = Int(try Self.integer(bytes, slots, UInt16.self))
    guard slotByteCount >= 4, slotByteCount <= bytes.count - slots else { throw FlatProblem() }
  }

  /// Returns the integer of a field; `fallback` if it is absent.
  ///
  /// - Throws: ``FlatProblem``.
  func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ index: Int, or fallback: Value
  ) throws(FlatProblem) -> Value {
    guard let offset = try offset(of: index) else { return fallback }
    return try Self.integer(bytes, offset, Value.self)
  }

  /// Returns whether the Boolean of a field is true; false if it is absent.
  ///
  /// - Throws: ``FlatProblem``.
  func flag(_ index: Int) throws(FlatProblem) -> Bool { try integer(index, or: UInt8(0)) != 0 }

  /// Returns the table of a field; nil if it is absent.
  ///
  /// - Throws: ``FlatProblem``.
  func table(_ index: Int) throws(FlatProblem) -> FlatTable? {
    guard let offset = try offset(of: index) else { return nil }
    return try FlatTable(bytes, at: target(offset))
  }

  /// Returns the text of a field; nil if it is absent.
  ///
  /// - Throws: ``FlatProblem``, also for a text of more than `byteLimit` bytes.
  func text(_ index: Int, byteLimit: Int) throws(FlatProblem) -> String? {
    guard let (start, count) = try vector(index, elementByteCount: 1) else { return nil }
    guard count <= byteLimit else { throw FlatProblem() }
    return String(decoding: bytes[start..<start + count], as: UTF8.self)
  }

  /// Returns the number of tables in the vector of a field; 0 if it is absent.
  ///
  /// - Throws: ``FlatProblem``.
  func tableCount(_ index: Int) throws(FlatProblem) -> Int {
    try vector(index, elementByteCount: 4)?.count ?? 0
  }

  /// Returns a table of the vector of a field.
  ///
  /// - Throws: ``FlatProblem``, also if there is no such table.
  func table(_ index: Int, at position: Int) throws(FlatProblem) -> FlatTable {
    guard let (start, count) = try vector(index, elementByteCount: 4), position >= 0, position < count else {
      throw FlatProblem()
    }
    return try FlatTable(bytes, at: target(start + 4 * position))
  }

  /// Returns the vector of a field whose elements consist of `width` integers of 8 bytes each, one element
  /// after the other; empty if it is absent.
  ///
  /// - Throws: ``FlatProblem``.
  func longs(_ index: Int, width: Int = 1) throws(FlatProblem) -> [Int64] {
    guard let (start, count) = try vector(index, elementByteCount: 8 * width) else { return [] }
    var values: [Int64] = []
    values.reserveCapacity(count * width)
    for place in 0..<count * width { values.append(try Self.integer(bytes, start + 8 * place, Int64.self)) }
    return values
  }

  /// Returns where the elements of a vector begin, and their number.
  private func vector(
    _ index: Int, elementByteCount: Int
  ) throws(FlatProblem) -> (start: Int, count: Int)? {
    guard let offset = try offset(of: index) else { return nil }
    let start = try target(offset)
    let count = Int(try Self.integer(bytes, start, UInt32.self))
    guard count <= (bytes.count - start - 4) / elementByteCount else { throw FlatProblem() }
    return (start + 4, count)
  }

  private func offset(of index: Int) throws(FlatProblem) -> Int? {
    let slot = 4 + 2 * index
    guard slot + 2 <= slotByteCount else { return nil }
    let offset = Int(try Self.integer(bytes, slots + slot, UInt16.self))
    return offset == 0 ? nil : start + offset
  }

  private func target(_ offset: Int) throws(FlatProblem) -> Int {
    offset + Int(try Self.integer(bytes, offset, UInt32.self))
  }

  private static func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: [UInt8], _ offset: Int, _ type: Value.Type
  ) throws(FlatProblem) -> Value {
    let width = Value.bitWidth / 8
    guard offset >= 0, offset <= bytes.count - width else { throw FlatProblem() }
    var value: Value = 0
    for index in (0..<width).reversed() {
      value = value << 8 | Value(truncatingIfNeeded: bytes[offset + index])
    }
    return value
  }
}

/// Metadata whose offsets or extents are not possible.
struct FlatProblem: Error {}
