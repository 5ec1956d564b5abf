import MisfitCore
import MisfitKernels

/// The windows of one epoch over the temporary file of a store; the next is read while the current one is in
/// use.
final class WindowSequence {
  /// A window in memory.
  private struct Window: Sendable {
    /// The index of the first row in the order of the epoch.
    let start: Int
    let rows: RowTable
    let byteCount: Int
    /// The order of the rows.
    let order: [UInt32]

    var end: Int { start + order.count }
  }

  private let rowCount: Int
  private let rowsPerBlock: Int
  private let blocksPerWindow: Int
  private let width: Int
  private let kind: RowKind
  private let file: ByteFile
  private let blockOrder: [UInt32]
  /// The generator of the orders within windows; nil if rows are not shuffled.
  private let generator: SeededGenerator?
  private var resident: [Window] = []
  private var next: BackgroundTask<Window, IngestError>?
  /// The index of the window that is read next, and of its first row in the epoch.
  private var nextIndex = 0
  private var nextStart = 0
  private(set) var peakMemoryBytes = 0

  /// Makes the sequence; `windowByteCount` is the memory for one of the two windows held at once.
  init(_ store: RowStore, file: ByteFile, generator: SeededGenerator?, windowByteCount: Int) {
    rowCount = store.rowCount
    rowsPerBlock = store.rowsPerBlock
    width = store.width
    kind = store.kind
    self.file = file
    let blockCount = (store.rowCount + store.rowsPerBlock - 1) / store.rowsPerBlock
    // A row of a window takes its bytes and four for the order, a block four for its position in the epoch,
    // in both windows.
    let blockByteCount = store.rowsPerBlock * (store.heldByteCount + store.orderByteCount)
    blocksPerWindow = max(1, (windowByteCount - store.orderByteCount / 2 * blockCount) / blockByteCount)
    if var generator {
      blockOrder = Permutation.random(count: blockCount, using: &generator)
      self.generator = generator
    } else {
      blockOrder = (0..<UInt32(blockCount)).map { $0 }
      self.generator = nil
    }
    prefetch()
  }

  deinit { waitForPrefetch() }

  /// Waits for the thread that reads ahead and discards what it read, to free the memory.
  func waitForPrefetch() {
    _ = try? next?.value()
    next = nil
  }

  func makeAvailable(_ range: Range<Int>) throws(IngestError) {
    resident.removeAll { $0.end <= range.lowerBound }
    while (resident.last?.end ?? 0) < range.upperBound {
      if next == nil { prefetch() }
      guard let task = next else { break }
      next = nil
      resident.append(try task.value())
    }
    // At most two windows, one of which is being read.
    if next == nil, resident.count < 2 { prefetch() }
  }

  func gather(_ range: Range<Int>, into destination: FloatSlice) {
    var done = range.lowerBound
    for window in resident where done >= window.start && done < window.end {
      let part = done..<min(window.end, range.upperBound)
      let target = destination[
        (part.lowerBound - range.lowerBound) * width..<(part.upperBound - range.lowerBound) * width]
      window.rows.gather(
        part.lowerBound - window.start..<part.upperBound - window.start, order: window.order,
        into: target)
      done = part.upperBound
      if done == range.upperBound { return }
    }
    precondition(done == range.upperBound, "rows gathered that were not made available")
  }

  /// Begins to read the next window, if there is one.
  private func prefetch() {
    let firstBlock = nextIndex * blocksPerWindow
    guard firstBlock < blockOrder.count else { return }
    let chosen = Array(blockOrder[firstBlock..<min(firstBlock + blocksPerWindow, blockOrder.count)])
    let start = nextStart
    let count = chosen.reduce(0) { $0 + blockRowCount(Int($1)) }
    let generator = windowGenerator(nextIndex)
    nextIndex += 1
    nextStart += count
    let held = resident.reduce(0) { $0 + $1.byteCount + 4 * $1.order.count }
    peakMemoryBytes = max(
      peakMemoryBytes, held + count * (kind.byteCount(ofWidth: width) + 4) + 4 * blockOrder.count)
    let plan = (file, kind, width, rowsPerBlock, rowCount)
    next = BackgroundTask { () throws(IngestError) in
      let (file, kind, width, rowsPerBlock, rowCount) = plan
      let rows = RowBlock(kind: kind, width: width, capacity: count)
      var done = 0
      for block in chosen {
        let firstRow = Int(block) * rowsPerBlock
        let blockRowCount = min(rowsPerBlock, rowCount - firstRow)
        let byteOffset = firstRow * kind.byteCount(ofWidth: width)
        try rows.read(done, rowCount: blockRowCount, from: file, atByteOffset: byteOffset)
        done += blockRowCount
      }
      var order = (0..<UInt32(count)).map { $0 }
      if var generator { Permutation.shuffle(&order, using: &generator) }
      return Window(
        start: start, rows: rows.table(rowCount: count), byteCount: rows.byteCount, order: order)
    }
  }

  private func blockRowCount(_ block: Int) -> Int { min(rowsPerBlock, rowCount - block * rowsPerBlock) }

  /// Returns a generator for one window, so that windows do not depend on one another.
  private func windowGenerator(_ index: Int) -> SeededGenerator? {
    guard var generator else { return nil }
    return SeededGenerator(seed: generator.next(), stream: UInt64(index))
  }
}
