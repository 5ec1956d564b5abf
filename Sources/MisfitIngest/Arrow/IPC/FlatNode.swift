/// Data to be written as FlatBuffers: a tree of tables, vectors and texts.
indirect enum FlatNode {
  /// A table by its fields; nil for one that is absent.
  case table([Field?])
  /// A vector of tables.
  case tables([FlatNode])
  /// A vector of structures of integers of 8 bytes, `width` of them each.
  case structures([Int64], width: Int)
  /// A text.
  case text(String)

  /// A field of a table.
  enum Field {
    case byte(UInt8)
    case short(Int16)
    case int(Int32)
    case long(Int64)
    case node(FlatNode)

    fileprivate var byteCount: Int {
      switch self {
      case .byte: 1
      case .short: 2
      case .int, .node: 4
      case .long: 8
      }
    }
  }

  /// The bytes of a buffer with this table as its root.
  var rootBytes: [UInt8] {
    var bytes: [UInt8] = [0, 0, 0, 0]
    Self.patch(&bytes, 0, to: append(to: &bytes))
    return bytes
  }

  /// Appends the data, and what it refers to behind it; returns its position.
  private func append(to bytes: inout [UInt8]) -> Int {
    switch self {
    case .table(let fields): return Self.append(fields, to: &bytes)
    case .tables(let nodes):
      Self.pad(&bytes, to: 4)
      let start = bytes.count
      bytes += Self.littleEndian(UInt32(nodes.count)) + Array(repeating: 0, count: 4 * nodes.count)
      for (index, node) in nodes.enumerated() {
        Self.patch(&bytes, start + 4 + 4 * index, to: node.append(to: &bytes))
      }
      return start
    case .structures(let values, let width):
      Self.pad(&bytes, to: 8, behind: 4)
      let start = bytes.count
      bytes += Self.littleEndian(UInt32(values.count / width))
      for value in values { bytes += Self.littleEndian(value) }
      return start
    case .text(let text):
      Self.pad(&bytes, to: 4)
      let start = bytes.count
      bytes += Self.littleEndian(UInt32(text.utf8.count)) + Array(text.utf8) + [0]
      return start
    }
  }

  /// Appends the offsets of a table's fields, and its fields from the largest to the smallest, so that each
  /// of them is aligned.
  private static func append(_ fields: [Field?], to bytes: inout [UInt8]) -> Int {
    let order = fields.indices.filter { fields[$0] != nil }.sorted {
      (fields[$1]?.byteCount ?? 0, $0) < (fields[$0]?.byteCount ?? 0, $1)
    }
    let slotByteCount = 4 + 2 * fields.count
    pad(&bytes, to: 8, behind: slotByteCount + 4)
    let slots = bytes.count
    let start = slots + slotByteCount
    var offsets = Array(repeating: 0, count: fields.count)
    var end = 4
    for index in order {
      offsets[index] = end
      end += fields[index]?.byteCount ?? 0
    }
    bytes += littleEndian(UInt16(slotByteCount)) + littleEndian(UInt16(end))
    for offset in offsets { bytes += littleEndian(UInt16(offset)) }
    bytes += littleEndian(Int32(slotByteCount))
    for index in order {
      switch fields[index] {
      case .byte(let value): bytes.append(value)
      case .short(let value): bytes += littleEndian(value)
      case .int(let value): bytes += littleEndian(value)
      case .long(let value): bytes += littleEndian(value)
      case .node: bytes += [0, 0, 0, 0]
      case nil: break
      }
    }
    for index in order {
      if case .node(let node)? = fields[index] {
        patch(&bytes, start + offsets[index], to: node.append(to: &bytes))
      }
    }
    return start
  }

  private static func patch(_ bytes: inout [UInt8], _ offset: Int, to target: Int) {
    bytes.replaceSubrange(offset..<offset + 4, with: littleEndian(UInt32(target - offset)))
  }

  /// Appends zeros until what follows `count` more bytes is aligned.
  private static func pad(_ bytes: inout [UInt8], to alignment: Int, behind count: Int = 0) {
    while (bytes.count + count) % alignment != 0 { bytes.append(0) }
  }

  /// Returns the bytes of an integer, the lowest first.
  static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value(8 * $0)) }
  }
}
