import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitModels
import MisfitONNX

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The metadata of an exported graph: what its inputs mean, and where the model comes from.
enum ExportMetadata {
  /// A column and the input that takes it.
  private struct Column: Encodable {
    let name: String
    let kind: String
    let input: String
    let levels: [String]?
  }

  /// Returns names and texts; lists are JSON.
  static func entries(
    of detector: Detector, named name: String, _ ports: SamplePorts
  ) -> [(key: String, value: String)] {
    let calibration = detector.calibration
    var entries = [
      ("misfit.name", name), ("misfit.version", LibraryVersion.current),
      ("misfit.model", detector.kind.name), ("misfit.summary", detector.model.summary),
      ("misfit.source", detector.training.source), ("misfit.measure", calibration.measure.rawValue),
      ("misfit.threshold", "\(calibration.threshold.value)"),
      ("misfit.calibration", "\(calibration.scores.count) \(calibration.origin.title)"),
      ("misfit.opset", "\(GraphModel.opset)"), ("misfit.opset.ml", "\(GraphModel.mlOpset)"),
      ("misfit.shape", json(detector.schema.shape.extents)),
      ("misfit.columns", json(columns(of: detector.schema, ports))),
    ]
    if let quantile = calibration.threshold.quantile { entries.append(("misfit.quantile", "\(quantile)")) }
    if let preparation = detector.schema.preparation {
      entries.append(("misfit.preparation", json(preparation)))
    }
    return entries.map { (key: $0.0, value: $0.1) }
  }

  private static func columns(of schema: Schema, _ ports: SamplePorts) -> [Column] {
    schema.columnNames.enumerated().map { index, name in
      let column = schema.table?.used[index]
      let levels = column?.levels.map(\.text) ?? []
      return Column(
        name: name, kind: column?.kind.rawValue ?? "number",
        input: ports.names.count == 1 ? ports.names[0] : ports.names[index],
        levels: levels.isEmpty ? nil : levels)
    }
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
