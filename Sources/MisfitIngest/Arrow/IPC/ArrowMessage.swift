import MisfitCore

/// The metadata of an Arrow message, before its body is read.
struct ArrowMessage {
  /// The content of a message.
  enum Content {
    case schema(FlatTable)
    case dictionary(id: Int64, ArrowBatchHeader, isDelta: Bool)
    case batch(ArrowBatchHeader)
  }

  let content: Content
  /// The version of the metadata: 3 for V4, 4 for V5.
  let version: Int16
  /// The number of bytes of the body.
  let bodyByteCount: Int

  /// Reads a table `Message`.
  ///
  /// - Throws: ``FlatProblem``.
  init(_ metadata: [UInt8]) throws(FlatProblem) {
    let table = try FlatTable(root: metadata)
    version = try table.integer(0, or: Int16(0))
    let count = try table.integer(3, or: Int64(0))
    guard version == 3 || version == 4, count >= 0, count < 1 << 48, let header = try table.table(2) else {
      throw FlatProblem()
    }
    bodyByteCount = Int(count)
    switch try table.integer(1, or: UInt8(0)) {
    case 1: content = .schema(header)
    case 2:
      guard let batch = try header.table(1) else { throw FlatProblem() }
      content = .dictionary(
        id: try header.integer(0, or: Int64(0)), try ArrowBatchHeader(batch), isDelta: try header.flag(2))
    case 3: content = .batch(try ArrowBatchHeader(header))
    default: throw FlatProblem()
    }
  }
}

/// The extents that a message states of the rows of a batch.
struct ArrowBatchHeader {
  /// The number of rows.
  let rowCount: Int
  /// The numbers of cells and of missing ones, two for each column and child column.
  let nodes: [Int64]
  /// The offset and the number of bytes of each buffer in the body.
  let buffers: [Int64]
  /// The numbers of buffers of columns that have any number of them.
  let viewBufferCounts: [Int64]
  /// The compression of the buffers; nil if they are plain.
  let compression: CompressionFormat?

  /// Reads a table `RecordBatch`.
  ///
  /// - Throws: ``FlatProblem``.
  init(_ table: FlatTable) throws(FlatProblem) {
    let count = try table.integer(0, or: Int64(0))
    guard count >= 0, count < 1 << 48 else { throw FlatProblem() }
    rowCount = Int(count)
    nodes = try table.longs(1, width: 2)
    buffers = try table.longs(2, width: 2)
    viewBufferCounts = try table.longs(4)
    guard let compressed = try table.table(3) else {
      compression = nil
      return
    }
    // The method is always to compress each buffer.
    guard try compressed.integer(1, or: Int8(0)) == 0 else { throw FlatProblem() }
    switch try compressed.integer(0, or: Int8(0)) {
    case 0: compression = .lz4
    case 1: compression = .zstd
    default: throw FlatProblem()
    }
  }
}
