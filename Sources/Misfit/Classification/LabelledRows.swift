import MisfitCore
import MisfitIngest
import MisfitKernels

/// The samples of labelled sources as rows of floats: their scaled features, or their codes.
struct LabelledRows {
  /// What a sample's row is.
  enum Representation {
    case features(Schema)
    case codes(Detector)
  }

  /// Rows on their way: `values` [N, D], valid while the call that hands them out runs.
  struct Batch {
    var values: FloatSlice
    var ids: [String]
    var labels: [String]
    /// The number of the first, from 1.
    var firstRecord: Int
  }

  let representation: Representation
  let threadCount: Int

  /// D.
  var width: Int {
    switch representation {
    case .features(let schema): schema.inputCount
    case .codes(let detector): detector.model.codeCount
    }
  }

  /// What the rows are, for people.
  var title: String {
    switch representation {
    case .features: "\(NumberText.grouped(width)) scaled features"
    case .codes: "\(NumberText.grouped(width)) values of the code"
    }
  }

  /// Calls `body` with all rows of a source, a batch at a time.
  ///
  /// - Throws: ``IngestError``, ``ClassificationError`` for a source without labels, and what `body` throws.
  func forEachBatch(of source: any RecordSource, _ body: (Batch) throws -> Void) throws {
    try Self.checkLabels(of: source)
    switch representation {
    case .features(let schema): try forEachBatch(of: source, schema, body)
    case .codes(let detector):
      var scoring = try detector.reconstruct(source)
      scoring.threadCount = threadCount
      scoring.stitchesTiles = false
      scoring.takesCrossEntropy = false
      try scoring.forEachBatch { batch in
        try body(
          Batch(
            values: batch.codes, ids: (0..<batch.count).map { batch.id(at: $0) },
            labels: (0..<batch.count).map { batch.label(at: $0) ?? "" },
            firstRecord: batch.record(at: 0)))
      }
    }
  }

  static func checkLabels(of source: any RecordSource) throws(ClassificationError) {
    guard !source.layout.hasLabels else { return }
    throw ClassificationError(.noLabels, at: InputPosition(source: source.name))
  }

  private func forEachBatch(
    of source: any RecordSource, _ schema: Schema, _ body: (Batch) throws -> Void
  ) throws {
    let source = try source.fittedForLearning(to: schema)
    let capacity = max(1, min(1024, (1 << 20) / schema.inputCount))
    let encoder = RowEncoder(schema)
    let values = FloatBuffer(count: capacity * schema.inputCount).all
    try source.forEachBatch(ofUpTo: capacity, threadCount: threadCount) { batch in
      encoder.encode(batch, into: values)
      try body(
        Batch(
          values: values[0..<batch.rowCount * schema.inputCount],
          ids: (0..<batch.rowCount).map { batch.id(ofRow: $0) }, labels: batch.labels,
          firstRecord: batch.firstRecord))
    }
  }
}
