import MisfitCore
import MisfitIngest
import MisfitKernels

/// The samples of labeled sources as rows of floats: their scaled features, or their codes.
struct LabelledRows {
  /// The representation of a sample as a row.
  enum Representation {
    case features(Schema)
    case codes(Detector)
  }

  /// A batch of rows, valid during the call that receives it.
  struct Batch {
    /// The rows: [N, D].
    var values: Rows
    var ids: [String]
    var labels: [String]
    /// The number of the first record, from 1.
    var firstRecord: Int
  }

  let representation: Representation
  let threadCount: Int

  /// The number of floats in a row, D.
  var width: Int {
    switch representation {
    case .features(let schema): schema.inputCount
    case .codes(let detector): detector.codeCount
    }
  }

  /// A description of the rows.
  var title: String {
    switch representation {
    case .features: "\(NumberText.grouped(width)) scaled features"
    case .codes: "\(NumberText.grouped(width)) values of the code"
    }
  }

  /// Calls `body` with all rows of a source, a batch at a time.
  ///
  /// - Throws: ``IngestError``, ``ClassificationError`` for a source without labels, and errors of `body`.
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
            values: Rows(batch.codes, width: width), ids: (0..<batch.count).map { batch.id(at: $0) },
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
    let values = Rows(count: capacity, width: schema.inputCount)
    try source.forEachBatch(ofUpTo: capacity, threadCount: threadCount) { batch in
      encoder.encode(batch, into: values.slice)
      try body(
        Batch(
          values: values[0..<batch.rowCount],
          ids: (0..<batch.rowCount).map { batch.id(ofRow: $0) }, labels: batch.labels,
          firstRecord: batch.firstRecord))
    }
  }
}
