import MisfitCore

/// Memory for the rows of series: in a temporary file if they are many.
///
/// Windows move over the rows from the first to the last one, so that few rows are needed at a time.
enum SeriesMemory {
  /// The maximum number of floats that are kept in memory: 64 MiB.
  static let limit = 1 << 24
  /// The number of rows after which a pass frees the memory of those that it has left behind.
  static let rowsPerRelease = 1 << 17

  /// Returns `count` zeros; in memory too if no temporary file can take them.
  static func floats(count: Int, limit: Int = limit) -> FloatSlice {
    let stored = count > limit ? FloatBuffer(inTemporaryFile: count) : nil
    return (stored ?? FloatBuffer(count: count)).all
  }

  /// Returns `count` rows of zeros.
  static func rows(count: Int, width: Int) -> Rows {
    Rows(floats(count: count * width), width: width)
  }
}

/// Numbers in the memory of series.
///
/// Like a ``FloatSlice``, it is a reference: copies see the same numbers.
struct StoredDoubles: Sendable, RandomAccessCollection {
  /// The two halves of the bits of each number: [2 N].
  private let halves: FloatSlice

  /// Allocates `count` zeros.
  init(count: Int) { halves = SeriesMemory.floats(count: 2 * count) }

  /// Copies numbers.
  init(_ values: some Collection<Double>) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { self[index] = value }
  }

  var startIndex: Int { 0 }
  var endIndex: Int { halves.count / 2 }

  subscript(index: Int) -> Double {
    get {
      let low = UInt64(halves[2 * index].bitPattern)
      return Double(bitPattern: UInt64(halves[2 * index + 1].bitPattern) << 32 | low)
    }
    nonmutating set {
      let bits = newValue.bitPattern
      halves[2 * index] = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      halves[2 * index + 1] = Float(bitPattern: UInt32(truncatingIfNeeded: bits >> 32))
    }
  }

  /// Sets all numbers.
  func fill(with value: Double) { for index in indices { self[index] = value } }

  /// Frees the memory of numbers in a file.
  func release() { halves.buffer.release() }
}

/// Floats that grow in number by chunks, of which those beyond a limit are in temporary files.
struct ChunkedFloats {
  private var chunks: [FloatSlice] = []
  private(set) var count = 0
  private let limit: Int
  private static let chunkCount = 1 << 16
  private static let fileChunkCount = 1 << 22
  /// The number of floats in the chunks in memory, which come first.
  private var memoryCount = 0

  /// Makes an empty list that keeps about `limit` floats in memory.
  init(limit: Int = SeriesMemory.limit) { self.limit = limit }

  mutating func append(_ value: Float) {
    let (chunk, offset) = place(of: count)
    if chunk == chunks.count { addChunk() }
    chunks[chunk][offset] = value
    count += 1
  }

  private mutating func addChunk() {
    if memoryCount >= limit {
      chunks.last?.buffer.release()
      chunks.append(SeriesMemory.floats(count: Self.fileChunkCount, limit: 0))
    } else {
      chunks.append(FloatBuffer(count: Self.chunkCount).all)
      memoryCount += Self.chunkCount
    }
  }

  private func place(of index: Int) -> (chunk: Int, offset: Int) {
    guard index >= memoryCount, memoryCount >= limit else {
      return (index / Self.chunkCount, index % Self.chunkCount)
    }
    let beyond = index - memoryCount
    return (
      memoryCount / Self.chunkCount + beyond / Self.fileChunkCount, beyond % Self.fileChunkCount
    )
  }

  subscript(index: Int) -> Float {
    let (chunk, offset) = place(of: index)
    return chunks[chunk][offset]
  }

  /// Copies all floats in order, and frees each chunk after that.
  mutating func move(to destination: FloatSlice) {
    var start = 0
    for index in chunks.indices where start < count {
      let size = min(chunks[index].count, count - start)
      destination[start..<start + size].copy(from: chunks[index][0..<size])
      chunks[index] = FloatBuffer(count: 0).all
      destination.buffer.release()
      start += size
    }
    self = ChunkedFloats(limit: limit)
  }

  /// Frees the memory of floats in files.
  func release() { for chunk in chunks { chunk.buffer.release() } }
}

/// Numbers that grow in number like ``ChunkedFloats``.
struct ChunkedDoubles {
  private var halves = ChunkedFloats()

  var count: Int { halves.count / 2 }

  mutating func append(_ value: Double) {
    halves.append(Float(bitPattern: UInt32(truncatingIfNeeded: value.bitPattern)))
    halves.append(Float(bitPattern: UInt32(truncatingIfNeeded: value.bitPattern >> 32)))
  }

  subscript(index: Int) -> Double {
    let low = UInt64(halves[2 * index].bitPattern)
    return Double(bitPattern: UInt64(halves[2 * index + 1].bitPattern) << 32 | low)
  }

  /// Frees the memory of numbers in files.
  func release() { halves.release() }
}
