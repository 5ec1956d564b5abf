import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitModels
import MisfitONNX

/// A detector as a graph of operators, from raw columns to scores.
///
/// Outputs, with N rows: `score` and `error` [N] in doubles, `percentile` and `p_value` [N] if the detector
/// has them, `flag` [N], and the reconstruction in the units of the data: `reconstruction`, or
/// `reconstruction.NAME` for each column of a table that has levels.
package struct DetectorGraph {
  /// The graph.
  package let model: GraphModel
  /// The inputs for samples.
  let ports: SamplePorts
  /// The inputs for targets; nil if each sample is its own target.
  let targetPorts: SamplePorts?
  /// Whether the samples are tiles of images.
  let isOfTiles: Bool

  /// The names that no input gets.
  private static let outputNames = ["score", "error", "percentile", "p_value", "flag", "reconstruction"]

  /// Makes the graph of a detector, or of its tiles alone, which have no percentile.
  ///
  /// - Throws: ``ExportError`` if the detector does more than a graph can.
  package init(_ detector: Detector, named name: String, isOfTiles: Bool = false) throws(ExportError) {
    let record = detector.record
    guard record.series == nil else { throw ExportError(.series) }
    guard record.feedback == nil else { throw ExportError(.feedback) }
    let hasTiles = record.schema.preparation?.tiles != nil
    guard record.calibration.measure.similarity == nil else {
      throw ExportError(.similarity(record.calibration.measure))
    }
    guard isOfTiles || !hasTiles else { throw ExportError(.tiles) }
    let graph = GraphBuilder()
    graph.reserve(Self.outputNames)
    let input = record.schema.graphRows(
      in: graph, named: record.schema.shape.imageExtents == nil ? "rows" : "images")
    var results = detector.model.graph(GraphRows(input.rows, missing: input.missing))
    targetPorts = record.targetSchema.map { schema in
      let target = schema.graphRows(in: graph, named: "targets")
      results.input = target.rows
      return target.ports
    }
    let scores = ScoreGraph(results, record.calibration.measure, raise: record.scoreRaise)
    Self.output("score", scores.score, in: graph)
    Self.output("error", scores.error, in: graph)
    if !hasTiles {
      Self.output("percentile", record.calibration.percentileGraph(of: scores.score), in: graph)
      Self.output("p_value", record.calibration.pValueGraph(of: scores.score), in: graph)
      Self.output("flag", record.calibration.flagGraph(of: scores.score), in: graph)
    }
    Self.outputReconstruction(results.reconstruction, detector.record, input.ports, in: graph)
    ports = input.ports
    self.isOfTiles = hasTiles
    var model = graph.model(named: name)
    model.producerVersion = LibraryVersion.current
    model.summary = detector.model.summary
    model.metadata = ExportMetadata.entries(of: detector, named: name, input.ports)
    self.model = model
  }

  private static func output(_ name: String, _ value: GraphValue?, in graph: GraphBuilder) {
    if let value { graph.output(name, value.reshaped([-1]), [nil]) }
  }

  private static func outputReconstruction(
    _ outputs: GraphValue, _ record: ModelRecord, _ ports: SamplePorts, in graph: GraphBuilder
  ) {
    let schema = record.targetSchema ?? record.schema
    guard let table = schema.table else {
      let values = schema.decodedGraph(outputs)
      guard let image = schema.shape.imageExtents else {
        return graph.output("reconstruction", values, [nil, schema.width])
      }
      let extents = [image.height, image.width, image.channels]
      let images = values.cast(to: .float).reshaped([-1] + extents)
      return graph.output("reconstruction", images, [nil] + extents.map { $0 })
    }
    let cells = table.used.indices.compactMap { column -> (name: String, value: GraphValue)? in
      let inputs = Array(table.inputs(of: column).prefix(table.used[column].valueWidth))
      return table.used[column].decodedGraph(outputs.columns(inputs)).map { (table.used[column].name, $0) }
    }
    if case .columns = ports.form {
      for cell in cells { graph.output("reconstruction.\(cell.name)", cell.value, [nil, 1]) }
    } else {
      graph.output("reconstruction", graph.concatenate(cells.map(\.value), axis: 1), [nil, cells.count])
    }
  }
}
