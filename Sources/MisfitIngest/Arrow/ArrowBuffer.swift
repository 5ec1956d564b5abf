import MisfitCore

/// Bytes of Arrow data, which stay where their owner keeps them: in another library's memory or in a file.
///
/// Loads are checked against the extent, so a column of a hostile producer cannot be read past its end.
@safe package struct ArrowBuffer: @unchecked Sendable {
  private let start: UnsafeRawPointer?
  /// The number of bytes.
  package let byteCount: Int
  /// The object that keeps the bytes valid.
  private let owner: AnyObject?

  /// A buffer without bytes.
  package static let empty = unsafe ArrowBuffer(nil, byteCount: 0, owner: nil)

  /// Creates a view of bytes that are valid and unchanged as long as `owner` lives.
  ///
  /// - Precondition: `byteCount` is 0 or `start` is not nil.
  package init(_ start: UnsafeRawPointer?, byteCount: Int, owner: AnyObject?) {
    precondition(byteCount >= 0, "a negative number of bytes")
    let isMissing = unsafe start == nil
    precondition(byteCount == 0 || !isMissing, "bytes without an address")
    unsafe self.start = unsafe start
    self.byteCount = byteCount
    self.owner = owner
  }

  /// Creates a buffer that owns a copy of the elements of an array.
  package init<Element: BitwiseCopyable>(_ elements: [Element]) {
    let owner = ArrowMemory(elements)
    unsafe self.init(owner.start, byteCount: owner.byteCount, owner: owner)
  }

  /// Returns the element at an index, in the byte order of the machine; it need not be aligned.
  ///
  /// - Precondition: the element is in the buffer.
  @inline(__always)
  package func load<Element: BitwiseCopyable>(_ index: Int, as type: Element.Type) -> Element {
    precondition(index >= 0 && index < byteCount / MemoryLayout<Element>.size, "outside the buffer")
    return unsafe start.unsafelyUnwrapped.loadUnaligned(
      fromByteOffset: index * MemoryLayout<Element>.size, as: type)
  }

  /// Returns a bit, counted from the lowest of the first byte.
  ///
  /// - Precondition: the bit is in the buffer.
  @inline(__always)
  package func bit(_ index: Int) -> Bool {
    load(index >> 3, as: UInt8.self) >> UInt8(truncatingIfNeeded: index & 7) & 1 == 1
  }

  /// Appends a range of bytes to an array.
  ///
  /// - Precondition: the range is in the buffer.
  package func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "outside the buffer")
    guard !range.isEmpty else { return }
    unsafe bytes.append(
      contentsOf: UnsafeRawBufferPointer(
        start: start.unsafelyUnwrapped + range.lowerBound, count: range.count))
  }

  /// Returns a view of a range of the bytes.
  ///
  /// - Precondition: the range is in the buffer.
  func part(_ range: Range<Int>) -> ArrowBuffer {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "outside the buffer")
    guard !range.isEmpty else { return .empty }
    return unsafe ArrowBuffer(
      start.unsafelyUnwrapped + range.lowerBound, byteCount: range.count, owner: owner)
  }

  /// Copies bytes into an array, from `start` on, and returns their number: as many as fit.
  func copy(from offset: Int, into bytes: inout [UInt8], startingAt start: Int) -> Int {
    let count = min(bytes.count - start, byteCount - offset)
    guard count > 0 else { return 0 }
    unsafe bytes.withUnsafeMutableBytes { target in
      unsafe target.baseAddress.unsafelyUnwrapped.advanced(by: start).copyMemory(
        from: self.start.unsafelyUnwrapped + offset, byteCount: count)
    }
    return count
  }

  /// Calls `body` with the address of the bytes, which is valid as long as the owner lives.
  package func withAddress<Result>(_ body: (UnsafeRawPointer?) -> Result) -> Result { unsafe body(start) }
}

/// Memory that holds a copy of some elements.
@safe private final class ArrowMemory {
  let start: UnsafeRawPointer
  let byteCount: Int

  init<Element: BitwiseCopyable>(_ elements: [Element]) {
    byteCount = elements.count * MemoryLayout<Element>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(64, byteCount), alignment: 64)
    unsafe elements.withUnsafeBytes { source in
      if let base = source.baseAddress { unsafe memory.copyMemory(from: base, byteCount: source.count) }
    }
    unsafe start = UnsafeRawPointer(memory)
  }

  deinit { unsafe start.deallocate() }
}
