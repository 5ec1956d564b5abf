import Misfit

/// The files of the MNIST images.
struct MNISTFiles {
  private let folder: String

  init(_ setting: CaseSetting) { folder = setting.dataFolder }

  private var trainingPath: String { folder + "/train-images-idx3-ubyte.gz" }
  private var testPath: String { folder + "/t10k-images-idx3-ubyte.gz" }

  /// The reason they cannot be read, or nil.
  var obstacle: BenchmarkError? {
    let missing = [trainingPath, testPath].first { FileSystem.status(of: $0) == nil }
    return missing.map {
      BenchmarkError(
        .noData(
          "there is no \($0)", remedy: "download it with `misfit data mnist --to DIR`, and pass --data DIR"))
    }
  }

  func training() throws -> ArraySource { try ArraySource(trainingPath) }
  func test() throws -> ArraySource { try ArraySource(testPath) }
}

/// The first records of a source, or all of them if there is no limit.
struct FirstRows: RecordSource {
  let name: String
  let layout: RecordLayout
  private let source: any RecordSource
  private let limit: Int

  init(_ source: any RecordSource, limit: Int?) {
    self.source = source
    self.limit = limit ?? .max
    name = source.name
    var layout = source.layout
    layout.rowCount = layout.rowCount.map { [limit] in min($0, limit ?? .max) }
    self.layout = layout
  }

  func makeReader() throws(IngestError) -> any RecordReader {
    Reader(try source.makeReader(), layout: source.layout, limit: limit)
  }

  /// Passes batches through while there is room for all of their records.
  private final class Reader: RecordReader {
    private let reader: any RecordReader
    private let layout: RecordLayout
    private var left: Int

    init(_ reader: any RecordReader, layout: RecordLayout, limit: Int) {
      self.reader = reader
      self.layout = layout
      left = limit
    }

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      guard left > 0 else { return false }
      if left < batch.capacity { return try readLast(into: &batch) }
      guard try reader.readBatch(into: &batch) else { return false }
      left -= batch.rowCount
      return true
    }

    /// Reads the last records through a batch of exactly that size.
    private func readLast(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      var last = RecordBatch(layout: layout, capacity: left)
      guard try reader.readBatch(into: &last) else { return false }
      left -= last.rowCount
      batch.reset(firstRecord: last.firstRecord)
      let width = last.width
      for row in 0..<last.rowCount {
        let range = row * width..<(row + 1) * width
        switch last.valueKind {
        case .uint8: batch.append(pixels: last.bytes[range])
        case .float64: batch.append(last.values[range])
        }
      }
      return true
    }
  }
}
