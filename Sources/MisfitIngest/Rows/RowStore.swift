import MisfitCore
import MisfitKernels

/// Rows that training reads repeatedly: in memory up to a limit, in a temporary file beyond it.
///
/// Shapes: N rows, D = `width` floats in a row.
///
/// In memory, the order of an epoch is a permutation of all rows. In the file, blocks of consecutive rows
/// (about 1 MiB) are read in random order, in windows of bounded memory, and the rows of a window are
/// shuffled; another thread reads the next window while the current one is in use. The order follows from the
/// seed, the epoch and the limit.
///
/// The file is read by system calls, not mapped into memory: a disk error is then an error, not a signal that
/// kills the process, and resident memory stays below the limit, while that of a mapping is up to the system.
/// The file has no name and disappears with the process, even after a crash.
///
/// Two stores with the same number of rows, seed and limit have the same order if each counts the bytes of
/// the other's rows: so inputs and their targets stay together, in memory and in their files.
///
/// One thread appends rows, then calls ``finish()``; after that, see ``EpochRows``.
package final class RowStore: EpochRows, @unchecked Sendable {
  /// The number of floats in a row, D.
  package let width: Int
  /// The number of rows, N.
  package private(set) var rowCount = 0
  /// The maximum number of bytes for rows, orders and windows together.
  ///
  /// Exceeded if it is too small for two windows of one row each and four bytes for each block of the file,
  /// or if ``makeAvailable(_:)`` is called for more than a window.
  package let memoryLimitBytes: Int
  /// Whether rows were written to the temporary file.
  package var isSpilled: Bool { file != nil }
  /// The largest number of bytes held at once.
  package private(set) var peakMemoryBytes = 0

  /// A closure that is called with the range before rows are read (``makeAvailable(_:)``); its errors end the
  /// reading.
  ///
  /// It shows the progress of a pass, or cancels it.
  package var onRead: ((Range<Int>) throws -> Void)?

  let kind: RowKind
  package let seed: UInt64
  let rowsPerBlock: Int
  let rowByteCount: Int
  /// The bytes of a row and of its counterpart in the other store, without their positions in an epoch's
  /// order.
  let heldByteCount: Int
  /// The bytes for the position of a row in the order of an epoch, in this store and in the one with the
  /// targets.
  let orderByteCount: Int
  /// The rows in memory, in their order, `rowsPerBlock` in each block but the last; used without a file.
  private var blocks: [RowBlock] = []
  private(set) var file: ByteFile?
  private let makeFile: @Sendable () throws(FileError) -> ByteFile
  /// The block that is being filled; used with a file.
  private var tail: RowBlock?
  /// All rows in memory, after ``finish()``.
  private var table: RowTable?
  private var isFinished = false

  /// The order of the current epoch of rows in memory; empty means as appended.
  private var order: [UInt32] = []
  private var windows: WindowSequence?

  /// Makes an empty store of encoded floats.
  package convenience init(width: Int, seed: UInt64, memoryLimitBytes: Int) {
    self.init(width: width, kind: .floats, seed: seed, memoryLimitBytes: memoryLimitBytes)
  }

  /// Makes an empty store; `bytesBeside` is the size of the row that another store keeps for each row of this
  /// one, or 0.
  package convenience init(
    width: Int, kind: RowKind, seed: UInt64, memoryLimitBytes: Int, bytesBeside: Int = 0
  ) {
    self.init(
      width: width, kind: kind, seed: seed, memoryLimitBytes: memoryLimitBytes, bytesBeside: bytesBeside
    ) { () throws(FileError) in try ByteFile.temporary() }
  }

  init(
    width: Int, kind: RowKind, seed: UInt64, memoryLimitBytes: Int, bytesBeside: Int = 0,
    makeFile: @escaping @Sendable () throws(FileError) -> ByteFile
  ) {
    precondition(width >= 1, "a row needs at least one value")
    self.width = width
    self.kind = kind
    self.seed = seed
    self.memoryLimitBytes = memoryLimitBytes
    self.makeFile = makeFile
    rowByteCount = kind.byteCount(ofWidth: width)
    heldByteCount = rowByteCount + bytesBeside
    orderByteCount = bytesBeside > 0 ? 8 : 4
    // A small part of the limit at most, so that a window has many blocks to shuffle.
    rowsPerBlock = max(1, min(Self.blockByteCount, memoryLimitBytes / 32) / heldByteCount)
  }

  private static let blockByteCount = 1 << 20

  // MARK: Filling

  /// Adds rows.
  ///
  /// Shapes: `rows` [n, D].
  ///
  /// - Throws: ``IngestError`` if the temporary file cannot take them.
  package func append(_ rows: FloatSlice) throws(IngestError) {
    precondition(kind == .floats && rows.count % width == 0, "no whole rows of floats")
    try append(rows.count / width) { block, row, part in
      block.setRows(row, from: rows[part.lowerBound * width..<part.upperBound * width])
    }
  }

  /// Adds rows of pixels.
  ///
  /// Shapes: `rows` [n, D].
  ///
  /// - Throws: ``IngestError`` if the temporary file cannot take them.
  package func append(pixels rows: ArraySlice<UInt8>) throws(IngestError) {
    precondition(kind != .floats && rows.count % width == 0, "no whole rows of pixels")
    let start = rows.startIndex
    try append(rows.count / width) { block, row, part in
      block.setRows(row, from: rows[start + part.lowerBound * width..<start + part.upperBound * width])
    }
  }

  private func append(
    _ count: Int, _ copy: (RowBlock, _ row: Int, _ part: Range<Int>) -> Void
  ) throws(IngestError) {
    precondition(!isFinished, "rows appended after the store was finished")
    var done = 0
    while done < count {
      let row = rowCount % rowsPerBlock
      if row == 0 { try beginBlock() }
      guard let block = tail ?? blocks.last else { preconditionFailure("no block to fill") }
      let part = done..<min(count, done + rowsPerBlock - row)
      copy(block, row, part)
      rowCount += part.count
      done = part.upperBound
    }
  }

  private func beginBlock() throws(IngestError) {
    if let tail {
      try write(tail, rowCount: rowsPerBlock)
      return
    }
    // The order of an epoch takes four bytes for each row, and counts towards the limit.
    let needed = (blocks.count + 1) * rowsPerBlock * (heldByteCount + orderByteCount)
    if needed > memoryLimitBytes { return try spill() }
    blocks.append(RowBlock(kind: kind, width: width, capacity: rowsPerBlock))
    note(memoryBytes: needed)
  }

  private func spill() throws(IngestError) {
    do { file = try makeFile() } catch { throw Self.failure(error) }
    tail = blocks.last ?? RowBlock(kind: kind, width: width, capacity: rowsPerBlock)
    for block in blocks { try write(block, rowCount: rowsPerBlock) }
    blocks = []
  }

  private func write(_ block: RowBlock, rowCount: Int) throws(IngestError) {
    guard let file else { return }
    do { try block.write(rowCount: rowCount, to: file) } catch { throw Self.failure(error) }
  }

  static func failure(_ error: FileError) -> IngestError {
    IngestError(.temporaryFile(error), at: InputPosition(source: error.path))
  }

  /// Ends the filling; the rows can then be read.
  ///
  /// - Throws: ``IngestError`` if the temporary file cannot take the last of them.
  package func finish() throws(IngestError) {
    precondition(!isFinished, "a store is finished once")
    isFinished = true
    guard let tail else {
      table = RowBlock.table(
        of: blocks, kind: kind, width: width, rowsPerBlock: rowsPerBlock, rowCount: rowCount)
      return
    }
    self.tail = nil
    try write(tail, rowCount: (rowCount - 1) % rowsPerBlock + 1)
  }

  private func note(memoryBytes: Int) { peakMemoryBytes = max(peakMemoryBytes, memoryBytes) }

  // MARK: Epochs

  /// Begins an epoch; see ``EpochRows``.
  package func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    precondition(isFinished, "the store is still being filled")
    var generator = SeededGenerator(seed: seed, stream: SeedStream.shuffle[epoch])
    guard let file else {
      order = shuffled ? Permutation.random(count: rowCount, using: &generator) : []
      return
    }
    windows?.waitForPrefetch()
    windows = nil
    windows = WindowSequence(
      self, file: file, generator: shuffled ? generator : nil, windowByteCount: memoryLimitBytes / 2)
  }

  /// Begins a shuffled epoch of the given rows alone.
  ///
  /// - Precondition: all rows are in memory.
  package func beginEpoch(_ epoch: Int, of rows: [UInt32]) {
    precondition(isFinished && !isSpilled && !rows.isEmpty, "an epoch of some rows is of rows in memory")
    var generator = SeededGenerator(seed: seed, stream: SeedStream.shuffle[epoch])
    order = Permutation.random(count: rows.count, using: &generator).map { rows[Int($0)] }
  }

  /// Waits until rows of the epoch are in memory; see ``EpochRows``.
  ///
  /// - Throws: ``IngestError`` if the temporary file cannot be read.
  package func makeAvailable(_ range: Range<Int>) throws {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount, "rows outside the store")
    try onRead?(range)
    guard let windows else { return }
    try windows.makeAvailable(range)
    note(memoryBytes: windows.peakMemoryBytes)
  }

  /// Copies rows of the epoch to `destination`; see ``EpochRows``.
  package func gather(_ range: Range<Int>, into destination: FloatSlice) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount, "rows outside the store")
    if let windows { return windows.gather(range, into: destination) }
    let order = order
    table?.gather(range, order: order, into: destination)
  }

  // MARK: Any row

  /// Copies rows in the order in which they were appended, without touching the current epoch.
  ///
  /// Shapes: `destination` [n, D], n = `range.count`.
  ///
  /// - Throws: ``IngestError`` if the temporary file cannot be read.
  package func copyRows(_ range: Range<Int>, into destination: FloatSlice) throws(IngestError) {
    precondition(isFinished, "the store is still being filled")
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount, "rows outside the store")
    if let file, !range.isEmpty {
      let block = RowBlock(kind: kind, width: width, capacity: range.count)
      try block.read(0, rowCount: range.count, from: file, atByteOffset: range.lowerBound * rowByteCount)
      block.table(rowCount: range.count)
        .gather(0..<range.count, into: destination)
      return
    }
    table?.gather(range, into: destination)
  }
}
