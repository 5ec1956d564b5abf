import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitNetworks
import MisfitPlots
import MisfitReports

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A log of a fit for TensorBoard: losses, learning rate and weights by epoch; at the end, the calibration
/// errors and, for images, the first few with their reconstructions.
///
///     let log = try TensorBoardLog("runs/first")
///     let detector = try Detector.fit(source, onEvent: { try log.record($0) })
///     try log.finish(detector, source)
package final class TensorBoardLog {
  /// Whether the folder already contained a run.
  package let continuesRun: Bool
  private let file: TensorBoardFile
  private var network: Network?
  /// The number of images shown with their reconstructions.
  private let imageCount = 8

  /// Creates a file in a folder; existing files are kept.
  ///
  /// - Throws: ``FileError``.
  package init(_ folder: String) throws(FileError) {
    continuesRun = TensorBoardFile.isRun(folder)
    file = try TensorBoardFile(in: folder, wallTime: Self.now)
  }

  /// Logs an event of a fit; see ``Detector/fit(_:options:onEvent:shouldStop:)``.
  ///
  /// - Throws: ``FileError``.
  package func record(_ event: FitEvent) throws(FileError) {
    switch event {
    case .prepared(let network): self.network = network
    // TensorBoard discards what an interrupted epoch or an older run logged for these steps.
    case .resumed(let epochs): try write([.start], step: epochs + 1)
    case .training(.epoch(let record)): try write(contents(of: record), step: record.epoch)
    default: break
    }
  }

  /// Logs the results at the end.
  ///
  /// A detector that was fitted with targets needs them here too.
  ///
  /// - Throws: ``FileError``, ``IngestError``, ``TargetError``, ``ImageError``.
  package func finish(
    _ detector: Detector, _ source: any RecordSource, targets: (any RecordSource)? = nil
  ) throws {
    let epoch = detector.training.epochs.last?.epoch ?? 0
    if let errors = TensorBoardHistogram(detector.calibration.scores.sketch) {
      try write([.histogram("errors", errors)], step: epoch)
    }
    guard detector.showsPictures, PlotLibraries.missing.isEmpty,
      let grid = try reconstructions(detector, source, targets)
    else { return }
    let png = try grid.png()
    let header = try PNGDecoder.header(bytes: png, path: "reconstructions")
    try write(
      [
        .image(
          "reconstructions", width: header.width, height: header.height, channels: header.channels, png: png)
      ], step: epoch)
  }

  private func contents(of record: EpochRecord) -> [TensorBoardEvent.Content] {
    var contents: [TensorBoardEvent.Content] = [.scalar("loss/train", Float(record.trainLoss))]
    if let loss = record.validationLoss { contents.append(.scalar("loss/validation", Float(loss))) }
    contents.append(.scalar("learning_rate", Float(record.learningRate)))
    guard let network else { return contents }
    for tensor in network.tensors {
      let values = network.parameters[tensor.range]
      let histogram = TensorBoardHistogram(of: (0..<values.count).map { Double(values[$0]) })
      if let histogram { contents.append(.histogram("weights/\(tensor.name)", histogram)) }
    }
    return contents
  }

  private func reconstructions(
    _ detector: Detector, _ source: any RecordSource, _ targets: (any RecordSource)?
  ) throws -> ReconstructionGrid? {
    var scoring = try detector.score(source, targets: targets)
    scoring.batchCapacity = imageCount
    let engine = try SampleEngine(scoring)
    var samples: [ReconstructionSample] = []
    while samples.count < imageCount, let batch = try engine.next() {
      for index in 0..<batch.count where samples.count < imageCount {
        let picture = batch.sample(at: index).picture(rank: samples.count + 1, of: detector)
        if let picture { samples.append(picture) }
      }
    }
    guard !samples.isEmpty else { return nil }
    return ReconstructionGrid(title: "The first images and their reconstructions", samples: samples)
  }

  private func write(_ contents: [TensorBoardEvent.Content], step: Int) throws(FileError) {
    let now = Self.now
    try file.write(contents.map { TensorBoardEvent(wallTime: now, step: step, $0) })
  }

  private static var now: Double { Date().timeIntervalSince1970 }
}

extension TensorBoardHistogram {
  /// Creates the histogram of a sketch; nil without finite values.
  init?(_ sketch: QuantileSketch) {
    guard let histogram = sketch.histogram(), let least = sketch.minimum, let largest = sketch.maximum else {
      return nil
    }
    // The sums are computed from the middles of the buckets.
    var (sum, squares) = (0.0, 0.0)
    for (index, count) in histogram.counts.enumerated() {
      let middle = (histogram.edges[index] + histogram.edges[index + 1]) / 2
      sum += Double(count) * middle
      squares += Double(count) * middle * middle
    }
    self.init(
      minimum: least, maximum: largest, count: Double(histogram.counts.reduce(0, +)), sum: sum,
      sumOfSquares: squares, upperEdges: Array(histogram.edges.dropFirst()),
      counts: histogram.counts.map(Double.init))
  }
}
