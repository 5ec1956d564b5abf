import MisfitCore
import MisfitIngest
import MisfitModels

extension ModelFile {
  /// Returns the model of a description and a file's tensors, except for networks, which also have a training
  /// state.
  ///
  /// - Throws: ``ModelFileError`` that names what does not agree.
  static func model(
    _ description: ModelDescription, width: Int, in file: SafeTensors, path: String
  ) throws(ModelFileError) -> any RowModel {
    let tensors = CheckedTensors(file: file, path: path, width: width)
    guard description.family != .automatic,
      let model = try description.family.family.decode(description, tensors)
    else { throw tensors.altered("its description") }
    return model
  }
}

extension ModelFile {
  /// Returns a model with imputation of missing cells in front of it, if the file contains an imputer.
  ///
  /// - Throws: ``ModelFileError``, also if columns have missing cells but neither an indicator nor an
  ///   imputer.
  static func imputing(
    _ model: any RowModel, _ schema: Schema, in file: SafeTensors, path: String
  ) throws(ModelFileError) -> any RowModel {
    guard let tensor = file.tensor(ImputingModel.tensorName) else {
      let needsOne = schema.table?.used.contains { $0.missingCount > 0 && !$0.hasIndicator } ?? false
      guard !needsOne else {
        throw ModelFileError(.altered("tensor \(ImputingModel.tensorName)"), path: path)
      }
      return model
    }
    guard tensor.extents.count == 2, tensor.extents[1] == model.width, tensor.extents[0] >= 1,
      CheckedTensors.all(tensor.values, { $0.isNaN || $0.magnitude <= CheckedTensors.limit })
    else { throw ModelFileError(.altered("tensor \(ImputingModel.tensorName)"), path: path) }
    return ImputingModel(model, NeighborImputer(reference: tensor.values, width: model.width))
  }
}

extension ModelFile {
  /// Returns a model with per-cell error scoring in front of it, if the record requires it.
  ///
  /// - Throws: ``ModelFileError``.
  static func wrapping(
    _ model: any RowModel, _ record: ModelRecord, in file: SafeTensors, path: String
  ) throws(ModelFileError) -> any RowModel {
    let measure = record.calibration.measure
    guard
      measure.similarity == nil || record.schema.shape.imageExtents != nil && record.targetSchema == nil
    else { throw ModelFileError(.altered("its calibration"), path: path) }
    guard record.isOfCells else {
      guard record.targetSchema == nil else { return model }
      return CellErrors.compared(CellErrors.guarded(model, record.schema), record.schema, measure)
    }
    guard record.schema.shape.imageExtents == nil, record.targetSchema == nil else {
      throw ModelFileError(.altered("its calibration"), path: path)
    }
    let cells = record.schema.cells
    guard measure == .negativeLogLikelihood else { return CellModel(model, cells: cells) }
    guard let variances = file.tensor(CellModel.tensorName), variances.extents == [model.width],
      CheckedTensors.all(variances.values, { $0 >= 0 && $0.isFinite })
    else { throw ModelFileError(.altered("tensor \(CellModel.tensorName)"), path: path) }
    return CellModel(model, cells: cells, variances: variances.values.array)
  }
}
