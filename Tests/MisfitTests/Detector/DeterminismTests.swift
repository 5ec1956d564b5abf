import Testing
import _TestSupport

@testable import Misfit

@Suite("The same seed gives the same bits")
struct DeterminismTests {
  /// A record without what a clock or a machine decides.
  static func timeless(_ record: ModelRecord) -> ModelRecord {
    var record = record
    for index in record.training.epochs.indices { record.training.epochs[index].elapsedSeconds = 0 }
    record.training.threadCount = 0
    return record
  }

  /// The bytes of the saved model, without times and thread count.
  static func savedBytes(_ detector: Detector) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.file("timeless.misfit")
    try Detector(record: timeless(detector.record), network: detector.network).save(path)
    return try readBytes(path)
  }

  /// 300 rows in batches of 128 and a wide layer, so that a step has several shards.
  private static func wideOptions(threads: Int) -> FitOptions {
    var options = SmallData.options(epochs: 2, hidden: [2000, 16])
    options.batchSize = 128
    options.threadCount = threads
    return options
  }

  private static func wideSource() throws -> RandomSource {
    try RandomSource(parsing: "random:600x20", seed: 4)
  }

  @Test("One thread, two and four give the same file")
  func threads() throws {
    let one = try Self.savedBytes(Detector.fit(Self.wideSource(), options: Self.wideOptions(threads: 1)))
    for threads in [2, 4] {
      let more = try Detector.fit(Self.wideSource(), options: Self.wideOptions(threads: threads))
      #expect(try Self.savedBytes(more) == one, "\(threads) threads")
    }
  }

  @Test("One thread, two and four give the same scores")
  func scoringThreads() throws {
    let detector = try Detector.fit(Self.wideSource(), options: SmallData.options(epochs: 1))
    var scoring = try detector.score(Self.wideSource())
    scoring.threadCount = 1
    let one = try scoring.largest(600)
    for threads in [2, 4] {
      scoring.threadCount = threads
      #expect(try scoring.largest(600) == one)
    }
  }

  @Test("Another seed gives other weights, and the same seed the same")
  func seeds() throws {
    var options = SmallData.options()
    let first = try Detector.fit(SmallData.source(), options: options)
    #expect(try Detector.fit(SmallData.source(), options: options).weightBits == first.weightBits)
    options.seed = 43
    #expect(try Detector.fit(SmallData.source(), options: options).weightBits != first.weightBits)
  }

  @Test("Rows that go through a temporary file give the same bits each time, at any number of threads")
  func spilled() throws {
    var options = SmallData.options(epochs: 2)
    options.memoryLimitBytes = 4096
    let source = try RandomSource(parsing: "random:2000x5", seed: 1)
    let first = try Self.savedBytes(Detector.fit(source, options: options))
    #expect(try Self.savedBytes(Detector.fit(source, options: options)) == first)
    options.threadCount = 2
    #expect(try Self.savedBytes(Detector.fit(source, options: options)) == first)
    options.memoryLimitBytes = 1 << 30
    #expect(try Self.savedBytes(Detector.fit(source, options: options)) != first, "the order is another")
  }
}

/// All bytes of a file.
func readBytes(_ path: String) throws -> [UInt8] {
  let file = try ByteFile.reading(path)
  var bytes: [UInt8] = []
  while try file.read(upTo: 1 << 14, appendingTo: &bytes) > 0 {}
  return bytes
}
