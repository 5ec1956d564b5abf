import Misfit
import MisfitIngest

/// The columns of reconstructions, as they grow batch by batch.
struct ReconstructionColumns {
  private let schema: Schema
  /// The columns that a model of series reconstructs; nil for other models.
  private let scoredColumns: Set<Int>?
  /// The numbers of each column, or of all pixels.
  private var numbers: [[Double]]
  /// The cells of each column that are no numbers.
  private var texts: [TextColumn]
  private var rowCount = 0

  /// Creates empty columns for the reconstructions of a model.
  init(_ detector: Detector) {
    schema = detector.outputSchema
    scoredColumns = detector.record.series.map { Set($0.columns) }
    let width = schema.shape.imageExtents == nil ? schema.width : 1
    numbers = Array(repeating: [], count: width)
    texts = Array(repeating: TextColumn(), count: width)
  }

  /// Adds the reconstructions of a batch.
  mutating func append(_ batch: ScoredBatch) {
    for row in 0..<batch.count {
      let outputs = batch.reconstruction(at: row).array
      if schema.table == nil { append(outputs) } else { append(cellsOf: batch, row, outputs) }
    }
    rowCount += batch.count
  }

  private mutating func append(_ outputs: [Float]) {
    let isImage = schema.shape.imageExtents != nil
    for (column, output) in outputs.enumerated() {
      numbers[isImage ? 0 : column].append(schema.decode(output, column: column))
    }
  }

  private mutating func append(cellsOf batch: ScoredBatch, _ row: Int, _ outputs: [Float]) {
    for column in numbers.indices {
      // Of series, times and names are not reconstructed.
      let isKept = scoredColumns.map { !$0.contains(column) } ?? false
      let cell =
        isKept ? batch.cell(at: row, column: column) : schema.cell(of: outputs.span, column: column)
      if isOfNumbers(column) {
        numbers[column].append(cell.number ?? .nan)
      } else {
        texts[column].append(cell == .missing ? nil : cell.description)
      }
    }
  }

  private func isOfNumbers(_ column: Int) -> Bool { schema.table?.used[column].holdsNumbers ?? true }

  /// The columns as a table.
  var table: ResultTable {
    if schema.shape.imageExtents != nil {
      let lists = ResultColumn("image", lists: numbers[0], count: schema.shape.elementCount)
      return ResultTable([lists], rowCount: rowCount)
    }
    let columns = numbers.indices.map { column in
      let name = schema.featureName(at: column)
      return isOfNumbers(column)
        ? ResultColumn(name, doubles: numbers[column]) : ResultColumn(name, texts: texts[column])
    }
    return ResultTable(columns, rowCount: rowCount)
  }
}
