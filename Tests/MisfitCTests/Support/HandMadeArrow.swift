import CMisfit
import Synchronization

/// A column of the Arrow C data interface, made by hand.
struct HandMadeColumn: Sendable {
  var format: String
  var name: String
  var count: Int
  var offset = 0
  var nullCount = 0
  var buffers: [[UInt8]?]
  var children: [HandMadeColumn] = []
  var dictionary: [HandMadeColumn] = []

  /// A column of numbers of a fixed width.
  init<Number: BitwiseCopyable>(
    _ format: String, _ name: String, _ numbers: [Number], offset: Int = 0, missing: Set<Int> = []
  ) {
    self.init(
      format, name, count: numbers.count - offset, offset: offset, nullCount: missing.count,
      buffers: [
        missing.isEmpty ? nil : Self.bits(numbers.indices.map { !missing.contains($0) }), Self.bytes(numbers),
      ])
  }

  /// A column of any kind.
  init(
    _ format: String, _ name: String, count: Int, offset: Int = 0, nullCount: Int = 0, buffers: [[UInt8]?],
    children: [HandMadeColumn] = [], dictionary: [HandMadeColumn] = []
  ) {
    self.format = format
    self.name = name
    self.count = count
    self.offset = offset
    self.nullCount = nullCount
    self.buffers = buffers
    self.children = children
    self.dictionary = dictionary
  }

  /// A column of texts, with offsets of 4 bytes (`u`) or 8 (`U`); nil is missing.
  static func texts(_ name: String, _ texts: [String?], isLarge: Bool = false) -> HandMadeColumn {
    var ends = [0]
    for text in texts { ends.append(ends[ends.count - 1] + (text?.utf8.count ?? 0)) }
    return HandMadeColumn(
      isLarge ? "U" : "u", name, count: texts.count, nullCount: -1,
      buffers: [
        bits(texts.map { $0 != nil }),
        isLarge ? bytes(ends.map { Int64($0) }) : bytes(ends.map { Int32($0) }),
        texts.flatMap { Array(($0 ?? "").utf8) },
      ])
  }

  /// A column of texts in views, the long ones in a buffer of their own.
  static func views(_ name: String, _ texts: [String]) -> HandMadeColumn {
    var (views, long): ([UInt8], [UInt8]) = ([], [])
    for text in texts {
      let utf8 = Array(text.utf8)
      views += bytes([Int32(utf8.count)])
      if utf8.count <= 12 {
        views += utf8 + Array(repeating: 0, count: 12 - utf8.count)
      } else {
        views += utf8.prefix(4) + bytes([Int32(0), Int32(long.count)])
        long += utf8
      }
    }
    return HandMadeColumn(
      "vu", name, count: texts.count, buffers: [nil, views, long, bytes([Int64(long.count)])])
  }

  static func bytes<Number: BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
    unsafe numbers.withUnsafeBytes { unsafe Array($0) }
  }

  static func bits(_ values: [Bool]) -> [UInt8] {
    var bits = Array(repeating: UInt8(0), count: (values.count + 7) / 8)
    for (index, value) in values.enumerated() where value { bits[index / 8] |= 1 << UInt8(index % 8) }
    return bits
  }
}

/// A record batch of columns made by hand, which counts how often it is released.
///
/// Its memory is never freed, so that a second release is counted rather than a crash.
@safe
final class HandMadeBatch: @unchecked Sendable {
  let schema: UnsafeMutablePointer<ArrowSchema>
  let array: UnsafeMutablePointer<ArrowArray>
  private let released = Atomic(0)

  /// How often the array was released.
  var releaseCount: Int { released.load(ordering: .relaxed) }

  /// Creates a batch.
  init(_ columns: [HandMadeColumn], rowCount: Int? = nil, offset: Int = 0) {
    let count = rowCount ?? columns.first?.count ?? 0
    let root = HandMadeColumn("+s", "", count: count, offset: offset, buffers: [nil], children: columns)
    unsafe schema = Self.schema(of: root)
    unsafe array = Self.array(of: root)
    unsafe array.pointee.private_data = Unmanaged.passRetained(self).toOpaque()
    unsafe array.pointee.release = { array in
      guard let array = unsafe array, let data = unsafe array.pointee.private_data else { return }
      let batch = unsafe Unmanaged<HandMadeBatch>.fromOpaque(data).takeUnretainedValue()
      batch.released.add(1, ordering: .relaxed)
      unsafe array.pointee.release = nil
    }
  }

  private static func text(_ text: String) -> UnsafePointer<CChar> {
    let bytes = text.utf8CString
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    unsafe copy.initialize(from: Array(bytes), count: bytes.count)
    return unsafe UnsafePointer(copy)
  }

  private static func pointers<Value>(_ values: [Value]) -> UnsafeMutablePointer<Value>? {
    guard !values.isEmpty else { return nil }
    let copy = UnsafeMutablePointer<Value>.allocate(capacity: values.count)
    unsafe copy.initialize(from: values, count: values.count)
    return unsafe copy
  }

  private static func schema(of column: HandMadeColumn) -> UnsafeMutablePointer<ArrowSchema> {
    var schema = unsafe ArrowSchema()
    unsafe schema.format = text(column.format)
    unsafe schema.name = text(column.name)
    unsafe schema.n_children = Int64(column.children.count)
    unsafe schema.children = pointers(column.children.map { unsafe Self.schema(of: $0) })
    if let dictionary = column.dictionary.first { unsafe schema.dictionary = Self.schema(of: dictionary) }
    unsafe schema.release = { schema in unsafe schema?.pointee.release = nil }
    return unsafe pointers([schema]).unsafelyUnwrapped
  }

  private static func array(of column: HandMadeColumn) -> UnsafeMutablePointer<ArrowArray> {
    var array = unsafe ArrowArray()
    unsafe array.length = Int64(column.count)
    unsafe array.offset = Int64(column.offset)
    unsafe array.null_count = Int64(column.nullCount)
    unsafe array.n_buffers = Int64(column.buffers.count)
    unsafe array.buffers = pointers(
      column.buffers.map { bytes in
        unsafe bytes.map { unsafe UnsafeRawPointer(pointers($0.isEmpty ? [0] : $0).unsafelyUnwrapped) }
      })
    unsafe array.n_children = Int64(column.children.count)
    unsafe array.children = pointers(column.children.map { unsafe Self.array(of: $0) })
    if let dictionary = column.dictionary.first { unsafe array.dictionary = Self.array(of: dictionary) }
    unsafe array.release = { array in unsafe array?.pointee.release = nil }
    return unsafe pointers([array]).unsafelyUnwrapped
  }
}
