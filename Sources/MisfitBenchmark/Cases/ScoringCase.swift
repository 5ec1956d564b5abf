import Misfit

/// Scoring of 70,000 images in memory with 784-32-784: seconds for all of them.
struct ScoringCase: BenchmarkCase {
  let name = "score-mnist-32"
  let summary = "scoring of 70,000 x 784 in memory, 784-32-784, mean squared errors"
  let peers: [Peer] = [.torchScoring, .torchCompiledScoring, .scikitLearnScoring]

  private static let passCount = 5
  private static let checkedRowCount = 200

  func obstacle(_ setting: CaseSetting) -> BenchmarkError? { MNISTFiles(setting).obstacle }

  func measure(_ setting: CaseSetting) throws -> Measurement {
    let files = MNISTFiles(setting)
    let detector = try fit(files, setting)
    var images = ImagesInMemory(try files.test().layout)
    try images.append(FirstRows(files.training(), limit: setting.rowLimit))
    try images.append(FirstRows(files.test(), limit: setting.rowLimit))
    var scoring = try detector.score(images)
    scoring.threadCount = setting.threadCount
    scoring.precision = setting.precision
    _ = try scoring.scores()  // the peers' scripts warm up as well
    let passes = try (0..<Self.passCount).map { _ in try Stopwatch.time { try scoring.scores() } }
    let check = try check(passes.map(\.result), of: images, detector, setting.precision)
    var measurement = Measurement(
      name, seconds: passes.map(\.seconds), threadCount: setting.threadCount, seed: setting.seed)
    measurement.sampleCount = images.count
    measurement.valueCount = images.count * images.layout.width
    measurement.floatingPointOperations =
      Double(images.count) * NetworkArithmetic(detector.network.architecture).forward
    measurement.largestRelativeError = check.largestRelativeError
    return measurement
  }

  /// Fits one epoch on the test images; the values of the weights do not change the time.
  private func fit(_ files: MNISTFiles, _ setting: CaseSetting) throws -> Detector {
    var options = FitOptions()
    options.network.hidden = [32]
    options.network.activation = .relu
    options.network.outputActivation = .sigmoid
    options.training.loss = .meanSquaredError
    options.training.epochs = 1
    options.rows.validationShare = 0
    options.seed = setting.seed
    options.run.threadCount = setting.threadCount
    return try Detector.fit(FirstRows(files.test(), limit: setting.rowLimit), options: options)
  }

  private func check(
    _ passes: [[Double]], of images: ImagesInMemory, _ detector: Detector, _ precision: Precision
  ) throws(BenchmarkError) -> ScoreCheck {
    guard let scores = passes.first, scores.count == images.count, passes.allSatisfy({ $0 == scores }) else {
      throw BenchmarkError(.wrongAnswer("the passes differ, or skip images"))
    }
    guard let reference = PlainAutoencoder(detector.network) else {
      throw BenchmarkError(.wrongAnswer("there is no reference for this network"))
    }
    var check = ScoreCheck()
    if precision == .bfloat16 { check.tolerance = ScoreCheck.toleranceOfBFloat16 }
    for row in stride(from: 0, to: images.count, by: max(1, images.count / Self.checkedRowCount)) {
      let pixels = images.row(row).enumerated().map {
        Double(detector.schema.encode(Double($0.element), column: $0.offset))
      }
      try check.compare(scores[row], with: reference.meanSquaredError(pixels), row: row + 1)
    }
    return check
  }
}

/// Images in memory as bytes, as in a program that has already read them.
struct ImagesInMemory: RecordSource {
  let name = "images in memory"
  private(set) var layout: RecordLayout
  private var pixels: [UInt8] = []

  /// Creates an empty source with the shape of a layout.
  init(_ layout: RecordLayout) {
    self.layout = layout
    self.layout.hasLabels = false
    self.layout.hasIDs = false
    self.layout.rowCount = 0
  }

  var count: Int { pixels.count / layout.width }

  /// Appends all images of a source.
  mutating func append(_ source: some RecordSource) throws {
    try source.forEachBatch { batch in
      pixels.append(contentsOf: batch.bytes[..<(batch.rowCount * batch.width)])
    }
    layout.rowCount = count
  }

  func row(_ index: Int) -> ArraySlice<UInt8> { pixels[index * layout.width..<(index + 1) * layout.width] }

  func makeReader() throws(IngestError) -> any RecordReader { Reader(self) }

  private final class Reader: RecordReader {
    private let images: ImagesInMemory
    private var done = 0

    init(_ images: ImagesInMemory) { self.images = images }

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      batch.reset(firstRecord: done + 1)
      while done < images.count, batch.rowCount < batch.capacity {
        batch.append(pixels: images.row(done))
        done += 1
      }
      return batch.rowCount > 0
    }
  }
}
