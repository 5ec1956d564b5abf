import MisfitCore

/// Uniform random numbers in 0 ..< 1, the same for the same seed.
package struct RandomSource: RecordSource {
  /// The name as it was written: `random:1000x30`.
  package let name: String
  /// The shape, the columns and other properties of the records.
  package let layout: RecordLayout
  /// The seed of the numbers.
  package let seed: UInt64

  /// Makes rows from a seed.
  ///
  /// - Precondition: `rowCount` and `columnCount` are at least 1.
  package init(rowCount: Int, columnCount: Int, seed: UInt64) {
    self.init(name: "random:\(rowCount)x\(columnCount)", rowCount, columnCount, seed)
  }

  private init(name: String, _ rowCount: Int, _ columnCount: Int, _ seed: UInt64) {
    precondition(rowCount >= 1, "a source needs at least one row")
    self.name = name
    self.seed = seed
    layout = RecordLayout(
      shape: .row(columnCount), columns: (0..<columnCount).map(FeatureName.ofColumn), rowCount: rowCount,
      notes: ["uniform in [0, 1)", "seed \(seed)"])
  }

  /// Parses `random:ROWSxCOLUMNS` or `random:ROWSxCOLUMNS:SEED`.
  ///
  /// - Throws: ``IngestError`` of the kind `malformedGenerator`.
  package init(parsing text: String, seed: UInt64 = 0) throws(IngestError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let extents = parts.count > 1 ? parts[1].split(separator: "x", omittingEmptySubsequences: false) : []
    guard parts[0] == "random", parts.count <= 3, extents.count == 2, let rowCount = Int(extents[0]),
      let columnCount = Int(extents[1]), rowCount >= 1, columnCount >= 1,
      columnCount <= SourceLimits.columnCount,
      let chosen = parts.count == 3 ? UInt64(parts[2]) : seed
    else { throw IngestError(.malformedGenerator(text)) }
    self.init(name: text, rowCount, columnCount, chosen)
  }

  /// Returns a reader that begins at the first row.
  package func makeReader() throws(IngestError) -> any RecordReader {
    RandomReader(rowCount: layout.rowCount ?? 0, seed: seed)
  }
}

/// One pass over random rows.
final class RandomReader: RecordReader {
  private let rowCount: Int
  private var done = 0
  private var generator: SeededGenerator

  init(rowCount: Int, seed: UInt64) {
    self.rowCount = rowCount
    generator = SeededGenerator(seed: seed, stream: SeedStream.generatedRows.value)
  }

  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
    batch.reset(firstRecord: done + 1)
    batch.rowCount = min(batch.capacity, rowCount - done)
    for index in 0..<batch.rowCount * batch.width { batch.values[index] = Double(generator.nextUnitFloat()) }
    done += batch.rowCount
    return batch.rowCount > 0
  }
}
