import MisfitCore
import MisfitIngest
import MisfitONNX

/// The result of ``Detector/exportONNX(_:name:ofTiles:verifying:targets:)``.
public struct ONNXExport: Sendable, Hashable {
  /// The names of the inputs, in the order of the columns.
  public let inputs: [String]
  /// The names of the outputs.
  public let outputs: [String]
  /// The version of the standard operators.
  public let opset: Int
  /// The size of the file in bytes.
  public let byteCount: Int
  /// The number of rows whose scores were compared with the detector's.
  public let comparedRowCount: Int
  /// The largest difference of a score from the detector's, relative to the score or, if that is larger, to
  /// the threshold.
  public let largestDifference: Double
}

extension Detector {
  /// Writes the detector as a graph of ONNX, which runtimes score rows with.
  ///
  ///     try detector.exportONNX("sensors.onnx")
  ///
  /// Its inputs are the columns as they are in the data, its outputs the score, the percentile, the p-value,
  /// the flag and the reconstruction. Before the file is written, rows are scored by the graph too, and
  /// compared: scores differ by at most 1e-5 of themselves, or of the threshold where that is larger, and no
  /// flag does.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - name: The name of the model in the file; nil for the name of its kind.
  ///   - ofTiles: Whether to export the model of a single tile of an image, without percentiles.
  ///   - source: Rows to compare; nil makes some from what the model knows of its data.
  ///   - targets: The targets of these rows, for a detector that was fitted with targets.
  /// - Throws: ``MisfitError`` if the detector does what a graph cannot (series, images of tiles), if the
  ///   scores differ, or if the file cannot be written.
  @discardableResult
  public func exportONNX(
    _ path: String, name: String? = nil, ofTiles: Bool = false, verifying source: (any RecordSource)? = nil,
    targets: (any RecordSource)? = nil
  ) throws -> ONNXExport {
    try exportONNX(
      path, name: name, ofTiles: ofTiles, verifying: source, targets: targets, onBatch: { _, _ in })
  }

  /// Writes the detector as a graph; calls `onBatch` with what was compared, and `onChecked` with the bytes
  /// of the file before it is written.
  package func exportONNX(
    _ path: String, name: String?, ofTiles: Bool, verifying source: (any RecordSource)?,
    targets: (any RecordSource)?, onBatch: (ExportCheck.Batch, _ scale: Double) throws -> Void,
    onChecked: ([UInt8]) throws -> Void = { _ in }
  ) throws -> ONNXExport {
    let graph = try DetectorGraph(self, named: name ?? kind.name, isOfTiles: ofTiles)
    let bytes = graph.model.encoded
    guard bytes.count < Int(Int32.max) else { throw ExportError(.tooLarge(byteCount: bytes.count)) }
    let sample = try source ?? ExportSample.source(for: record.schema)
    let sampleTargets = try source == nil ? targetSchema.map { try ExportSample.source(for: $0) } : targets
    let check = ExportCheck(self, graph)
    let compared = try check.run(on: sample, targets: sampleTargets) { try onBatch($0, check.scale) }
    try onChecked(bytes)
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.commit()
    return ONNXExport(
      inputs: graph.model.inputs.map(\.name), outputs: graph.model.outputs.map(\.name),
      opset: GraphModel.opset, byteCount: bytes.count, comparedRowCount: compared.rowCount,
      largestDifference: compared.largestDifference)
  }
}
