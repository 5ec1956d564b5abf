import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitONNX

/// A comparison of a graph with its detector, row by row.
package struct ExportCheck {
  /// The detector.
  let detector: Detector
  /// Its graph.
  let graph: DetectorGraph
  /// The largest difference of scores that is rounding, relative to the score or, if that is larger, to the
  /// threshold.
  ///
  /// A score far below the threshold is the square of a difference that has lost its digits in 32-bit floats.
  package static let tolerance = 1e-5

  /// What was compared, for another runtime to be compared too.
  package struct Batch {
    /// The inputs of the graph.
    let inputs: [String: GraphTensor]
    /// The detector's scores.
    package let scores: [Double]
    /// The detector's flags; nil for scores that are NaN, and for tiles.
    package let flags: [Bool?]
  }

  /// An input of the graph.
  package struct Tensor {
    /// The name.
    package let name: String
    /// The type of the elements: `float64`, `string`.
    package let type: String
    /// The size of each dimension.
    package let extents: [Int]
    /// The elements; NaN for texts.
    package let numbers: [Double]
    /// The elements of a tensor of texts; nil for another one.
    package let texts: [String]?
  }

  /// Creates a check.
  package init(_ detector: Detector, _ graph: DetectorGraph) {
    self.detector = detector
    self.graph = graph
  }

  /// Compares the graph with the detector on at most `limit` rows of a source, by the plain interpreter.
  ///
  /// `onBatch` receives what was compared.
  ///
  /// - Throws: ``ExportError`` for a difference, and the errors of reading the source.
  package func run(
    on source: any RecordSource, targets: (any RecordSource)? = nil, limit: Int = .max,
    onBatch: (Batch) throws -> Void = { _ in }
  ) throws -> (rowCount: Int, largestDifference: Double) {
    let interpreter = GraphInterpreter(graph.model)
    var (rowCount, largest) = (0, 0.0)
    try forEachBatch(of: source, targets, limit: limit) { batch, first in
      let outputs = interpreter.run(batch.inputs)
      largest = max(largest, try compare(batch, outputs, firstRecord: first, of: source.name))
      rowCount += batch.scores.count { !$0.isNaN }
      try onBatch(batch)
    }
    guard rowCount > 0 else { throw ExportError(.nothingToCheck, source: source.name) }
    return (rowCount, largest)
  }

  /// The size that small scores are compared with: that of the threshold.
  package var scale: Double {
    let threshold = detector.calibration.threshold.value.magnitude
    return threshold.isFinite ? threshold : 0
  }

  private func forEachBatch(
    of source: any RecordSource, _ targets: (any RecordSource)?, limit: Int,
    _ body: (_ batch: Batch, _ first: Int) throws -> Void
  ) throws {
    var scoring = try detector.score(source, targets: targets)
    scoring.stitchesTiles = false
    // Intermediate values of a graph take more memory than a model's buffers.
    scoring.batchCapacity = graph.rowsAtOnce
    let engine = try SampleEngine(scoring)
    var done = 0
    while done < limit, let batch = try engine.next() {
      let count = min(batch.count, limit - done)
      let scores = (0..<count).map { batch.score(at: $0) }
      let found = Batch(
        inputs: graph.inputs(of: batch, count: count), scores: scores,
        flags: scores.map { graph.isOfTiles ? nil : detector.calibration.threshold.flags($0) })
      try body(found, batch.record(at: 0))
      done += count
    }
  }

  /// Returns the largest relative difference of the scores.
  ///
  /// - Throws: ``ExportError``.
  private func compare(
    _ batch: Batch, _ outputs: [String: GraphTensor], firstRecord: Int, of source: String
  ) throws(ExportError) -> Double {
    let scores = outputs["score"]?.doubles ?? []
    let flags = outputs["flag"]?.truths
    var largest = 0.0
    for (index, score) in batch.scores.enumerated() where !score.isNaN {
      let difference = Self.difference(score, scores[index], scale: scale)
      largest = max(largest, difference)
      guard difference <= Self.tolerance else {
        throw ExportError(
          .scoreDiffers(record: firstRecord + index, difference: difference), source: source)
      }
      guard flags == nil || batch.flags[index] == nil || flags?[index] == batch.flags[index] else {
        throw ExportError(.flagDiffers(record: firstRecord + index), source: source)
      }
    }
    return largest
  }

  /// Returns the difference of two scores relative to the larger one or to a scale; infinite if one is NaN.
  static func difference(_ a: Double, _ b: Double, scale: Double) -> Double {
    guard a != b else { return 0 }
    let difference = (a - b).magnitude / max(a.magnitude, b.magnitude, scale)
    return difference.isNaN ? .infinity : difference
  }
}

extension DetectorGraph {
  /// The number of rows that the plain interpreter takes at once.
  fileprivate var rowsAtOnce: Int {
    if case .images = ports.form { return 4 }
    return 32
  }
}

extension ExportCheck.Batch {
  /// The inputs of the graph, in the order of their names.
  package var tensors: [ExportCheck.Tensor] {
    inputs.sorted { $0.key < $1.key }.map { name, tensor in
      ExportCheck.Tensor(
        name: name, type: tensor.type.name, extents: tensor.extents, numbers: tensor.doubles,
        texts: tensor.type == .string ? tensor.texts : nil)
    }
  }
}
