import MisfitIngest
import MisfitONNX

extension DetectorGraph {
  /// Returns the samples of a batch, and their targets, as inputs of the graph, by name.
  func inputs(of batch: ScoredBatch, count: Int) -> [String: GraphTensor] {
    var inputs = Self.tensors(ports, batch.records, rows: 0..<count)
    if let targetPorts, let records = batch.targetRecords {
      inputs.merge(Self.tensors(targetPorts, records, rows: 0..<count)) { $1 }
    }
    return inputs
  }

  private static func tensors(
    _ ports: SamplePorts, _ records: RecordBatch, rows: Range<Int>
  ) -> [String: GraphTensor] {
    func values(_ column: Int) -> [Double] { rows.map { records.value(row: $0, column: column) } }
    func all() -> [Double] {
      rows.flatMap { row in (0..<records.width).map { records.value(row: row, column: $0) } }
    }
    switch ports.form {
    case .rows(let name): return [name: GraphTensor([rows.count, records.width], .double(all()))]
    case .images(let name, let extents):
      return [name: GraphTensor([rows.count] + extents, .float(all().map { Float($0) }))]
    case .columns(let columns):
      var inputs: [String: GraphTensor] = [:]
      for (index, column) in columns.enumerated() {
        inputs[column.name] =
          if case .texts(let levels) = column.port {
            GraphTensor([rows.count, 1], .string(rows.map { text(records, $0, index, levels) }))
          } else {
            GraphTensor([rows.count, 1], .double(values(index)))
          }
      }
      return inputs
    }
  }

  /// Returns the text of a level; empty for a missing cell.
  private static func text(
    _ records: RecordBatch, _ row: Int, _ column: Int, _ levels: [String: Int]
  ) -> String {
    let value = records.value(row: row, column: column)
    guard !value.isNaN else { return "" }
    if let text = records.unknownLevel(row: row, column: column) { return text }
    let known = levels.filter { Double($0.value) == value }.keys.min()
    return known ?? "\u{1}unknown"
  }
}
