import MisfitCore
import MisfitIngest
import MisfitModels

/// Checks the rows of a table for gross outliers, see ``GrossOutlierCheck``.
enum GrossOutliers {
  /// Whether a fit adds the check: to tables scored by the default measure of their model.
  static func areChecked(_ options: FitOptions, _ schema: Schema) -> Bool {
    schema.shape.imageExtents == nil && options.targetSource == nil && options.errorMeasure == nil
  }

  /// The columns of a schema as the check sees them.
  static func columns(of schema: Schema) -> [GrossOutlierColumn] {
    guard let table = schema.table else {
      return (0..<schema.width).map { GrossOutlierColumn(.number(linear: nil), inputs: $0..<$0 + 1) }
    }
    return zip(table.used, table.starts).map { column, start in
      let inputs = start..<start + column.valueWidth
      switch column.kind {
      case .categorical, .boolean:
        return GrossOutlierColumn(.levels(counts: column.levels.map(\.count)), inputs: inputs)
      default:
        return GrossOutlierColumn(
          .number(linear: column.linearScale), inputs: inputs, missingInput: column.missingInput,
          isGrouped: column.number != nil)
      }
    }
  }

  /// A model with a check learned from its training rows.
  ///
  /// - Throws: what reading the rows may throw.
  static func checked(
    _ model: any RowModel, learnedFrom rows: any EpochRows, _ schema: Schema, seed: UInt64
  ) throws -> any RowModel {
    GrossOutlierModel(model, try GrossOutlierCheck.fit(rows, columns: columns(of: schema), seed: seed))
  }

  /// A model with the check that a file holds; the model itself where it holds none.
  ///
  /// - Throws: ``ModelFileError``.
  static func checked(
    _ model: any RowModel, _ record: ModelRecord, in file: SafeTensors, path: String
  ) throws(ModelFileError) -> any RowModel {
    guard record.scoreRaise != nil else { return model }
    let ranges = file.tensor(GrossOutlierModel.tensorName)?.values.array ?? []
    guard record.schema.shape.imageExtents == nil, record.targetSchema == nil,
      let scales = file.tensor(GrossOutlierModel.scaleName)?.values.array,
      let check = GrossOutlierCheck(
        columns: columns(of: record.schema), inputCount: model.width, scales: scales, ranges: ranges)
    else { throw ModelFileError(.altered("tensor \(GrossOutlierModel.tensorName)"), path: path) }
    return GrossOutlierModel(model, check)
  }
}

extension TableColumn {
  /// From inputs to numbers, up to a factor; nil where inputs are such numbers.
  fileprivate var linearScale: (@Sendable (Float) -> Float)? {
    guard let number, let numbers, number.isLogarithmic || number.bend != nil || number.knots != nil else {
      return nil
    }
    let spread = max(numbers.upperQuartile - numbers.lowerQuartile, numbers.deviation)
    let (center, scale) = (numbers.median, spread > 0 && spread.isFinite ? spread : 1)
    return { input in
      let value = (number.decode(Double(input)) - center) / scale
      return Float(min(max(value, -1e30), 1e30))
    }
  }

  /// The input of a missing cell where training had none.
  fileprivate var missingInput: Float? {
    missingCount == 0 ? (number?.far ?? date?.far).map { Float($0) } : nil
  }
}
