import MisfitReporting
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("The same seed gives the same bits")
struct DeterminismTests {
  /// The bytes of the saved model.
  static func savedBytes(_ detector: Detector) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.file("saved.misfit")
    try detector.save(path)
    return try readBytes(path)
  }

  /// 300 rows in batches of 128 and a wide layer, so that a step has several shards.
  private static func wideOptions(threads: Int) -> FitOptions {
    var options = SmallData.options(epochs: 2, hidden: [2000, 16])
    options.training.batchSize = 128
    options.run.threadCount = threads
    return options
  }

  private static func wideSource() throws -> RandomSource {
    try RandomSource(parsing: "random:600x20", seed: 4)
  }

  @Test("One, two and four threads write the same file")
  func threads() throws {
    let one = try Self.savedBytes(Detector.fit(Self.wideSource(), options: Self.wideOptions(threads: 1)))
    for threads in [2, 4] {
      let more = try Detector.fit(Self.wideSource(), options: Self.wideOptions(threads: threads))
      #expect(try Self.savedBytes(more) == one, "\(threads) threads")
    }
  }

  @Test(
    "Equal fits save models of all kinds as the same bytes",
    arguments: ModelChoice.allCases.filter { ![.repair, .patches].contains($0) })
  func kinds(_ model: ModelChoice) throws {
    var options = FitOptions()
    options.model = model
    if model == .autoencoder { (options.training.epochs, options.network.hidden) = (2, [2]) }
    let files = try [1, 2].map { threads in
      options.run.threadCount = threads
      return try Self.savedBytes(Detector.fit(SmallData.source(), options: options))
    }
    #expect(files[1] == files[0])
  }

  @Test("The times of a run are in the fitted detector, but in no file")
  func times() throws {
    let detector = try SmallData.detector()
    #expect(detector.training.elapsedSeconds ?? 0 > 0)
    let folder = try TemporaryFolder()
    let path = folder.file("saved.misfit")
    try detector.save(path)
    let saved = try Detector.load(path).training
    #expect(saved.elapsedSeconds == nil && saved.medianEpochSeconds == nil && saved.threadCount == 0)
    #expect(saved.hasEpochs && saved.epochs.count == detector.training.epochs.count)
    try TrainingLog.write(detector.training, to: folder.file("log.csv"))
    #expect(!String(decoding: try readBytes(folder.file("log.csv")), as: UTF8.self).contains("seconds"))
  }

  @Test("Times in the file of an earlier version are read")
  func earlierTimes() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("earlier.misfit")
    try SmallData.detector().save(path)
    var model = try HandMadeModel(of: path)
    model.set(["training", "epochs", "0", "elapsedSeconds"], to: 1.5)
    model.set(["training", "threadCount"], to: 3)
    try model.write(to: path)
    let training = try Detector.load(path).training
    #expect(training.elapsedSeconds == 1.5 && training.threadCount == 3)
  }

  @Test("One, two and four threads compute the same scores")
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

  @Test("Another seed gives other weights, and the same seed the same ones")
  func seeds() throws {
    var options = SmallData.options()
    let first = try Detector.fit(SmallData.source(), options: options)
    #expect(try Detector.fit(SmallData.source(), options: options).weightBits == first.weightBits)
    options.seed = 43
    #expect(try Detector.fit(SmallData.source(), options: options).weightBits != first.weightBits)
  }

  @Test("Rows in a temporary file give the same bits each time, at any number of threads")
  func spilled() throws {
    var options = SmallData.options(epochs: 2)
    options.run.memoryLimitBytes = 4096
    let source = try RandomSource(parsing: "random:2000x5", seed: 1)
    let first = try Self.savedBytes(Detector.fit(source, options: options))
    #expect(try Self.savedBytes(Detector.fit(source, options: options)) == first)
    options.run.threadCount = 2
    #expect(try Self.savedBytes(Detector.fit(source, options: options)) == first)
    options.run.memoryLimitBytes = 1 << 30
    #expect(try Self.savedBytes(Detector.fit(source, options: options)) != first, "the order is another")
  }
}
