import MisfitCore
import MisfitIngest
import MisfitModels

/// The check of table rows for gross outliers, see ``GrossOutlierCheck``.
enum GrossOutliers {
  /// Returns whether a fit adds the check: for tables scored by the default measure of their model.
  static func areChecked(_ options: FitOptions, _ schema: Schema) -> Bool {
    schema.shape.imageExtents == nil && !options.rows.areWindows && options.rows.targetSource == nil
      && options.scores.measure == nil
  }

  /// Returns the columns of a schema in the form that the check uses.
  static func columns(of schema: Schema) -> [GrossOutlierColumn] {
    guard let table = schema.table else {
      return (0..<schema.width).map { column in
        GrossOutlierColumn(
          .number(linear: nil), inputs: column..<column + 1,
          countScale: CountScale(offset: schema.offsets[column], scale: schema.scales[column]))
      }
    }
    return zip(table.used, schema.cells.cells).compactMap { column, cell in
      let inputs = cell.inputs
      switch column.encoding {
      case .categorical, .boolean:
        return GrossOutlierColumn(.levels(counts: column.levels.map(\.count)), inputs: inputs)
      case .number(let cells):
        return GrossOutlierColumn(
          .number(linear: column.linearScale?.fromInput), linearGraph: column.linearGraph, inputs: inputs,
          missingInput: cell.far,
          leastInput: cells.isCount ? Float(cells.encoding.encode(-0.5)) : nil, isGrouped: true)
      case .date(let cells):
        return GrossOutlierColumn(
          .number(linear: column.linearScale?.fromInput), linearGraph: column.linearGraph, inputs: inputs,
          missingInput: cell.far,
          isZeroUnlessFar: cells.encoding.sequence != nil)
      case .omitted: return nil
      }
    }
  }

  /// Returns a model with a check that is learned from the training rows.
  ///
  /// - Throws: The errors of reading the rows.
  static func checked(
    _ model: any RowModel, learnedFrom rows: any EpochRows, _ schema: Schema, seed: UInt64
  ) throws -> any RowModel {
    GrossOutlierModel(model, try GrossOutlierCheck.fit(rows, columns: columns(of: schema), seed: seed))
  }

  /// Returns a model with the check in a file; the model itself if the file has none.
  ///
  /// - Throws: ``ModelFileError``.
  static func checked(
    _ model: any RowModel, _ record: ModelRecord, in file: SafeTensors, path: String
  ) throws(ModelFileError) -> any RowModel {
    guard record.scoreRaise != nil else { return model }
    let ranges = file.tensor(GrossOutlierModel.tensorName)
    guard ranges.map({ $0.extents.count == 2 }) ?? true, record.schema.shape.imageExtents == nil,
      record.targetSchema == nil,
      let scales = file.tensor(GrossOutlierModel.scaleName), scales.extents.count == 1,
      let check = GrossOutlierCheck(
        columns: columns(of: record.schema), inputCount: model.width, scales: scales.values.array,
        ranges: ranges?.values.array ?? [],
        least: file.tensor(GrossOutlierModel.leastName)?.values.array ?? [])
    else { throw ModelFileError(.altered("tensor \(GrossOutlierModel.tensorName)"), path: path) }
    return GrossOutlierModel(model, check)
  }
}
