import Misfit

/// One size of synthetic data: two epochs of training, and one scoring pass.
struct GrowthPoint: Codable, Hashable, Sendable {
  var rowCount: Int
  var featureCount: Int
  var threadCount: Int

  /// The memory limit, beyond which rows go through a temporary file, and memory should no longer grow.
  static let memoryLimitBytes = 64 << 20

  var valueCount: Int { rowCount * featureCount }

  /// Measures the seconds of the faster epoch, and of scoring, in this order.
  func measure() throws -> Measurement {
    let source = RandomSource(rowCount: rowCount, columnCount: featureCount, seed: 42)
    var options = FitOptions()
    options.network.hidden = [8]
    options.training.epochs = 2
    options.training.batchSize = 128
    options.scaling = .none
    options.rows.validationShare = 0
    options.run.threadCount = threadCount
    options.run.memoryLimitBytes = Self.memoryLimitBytes
    let detector = try Detector.fit(source, options: options)
    var scoring = try detector.score(source)
    scoring.threadCount = threadCount
    var scoredCount = 0
    let seconds = try Stopwatch.time { try scoring.forEachBatch { scoredCount += $0.count } }.seconds
    guard scoredCount == rowCount, let epoch = detector.training.epochs.compactMap(\.elapsedSeconds).min()
    else {
      throw BenchmarkError(.wrongAnswer("\(scoredCount) rows scored of \(rowCount)"))
    }
    var measurement = Measurement("growth", seconds: [epoch, seconds], threadCount: threadCount, seed: 42)
    measurement.sampleCount = rowCount
    measurement.valueCount = valueCount
    measurement.floatingPointOperations = NetworkArithmetic(detector.network.architecture).epoch(
      rowCount: rowCount, validationRowCount: 0)
    measurement.trainLoss = detector.training.trainLoss
    return measurement
  }
}
