import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// Wraps a model in the scoring that its loss or the error measure requires: by cell, or by the similarity of
/// images and their reconstructions.
struct CellErrors {
  let schema: Schema
  let loss: Loss
  /// The requested measure; nil uses the model's own.
  let measure: ScoreMeasure?

  /// Returns the model that computes the scores; `rows` are the training rows.
  ///
  /// - Throws: ``MeasureError``; the errors of reading the rows.
  func wrapping(
    _ model: any RowModel, learnedFrom rows: any EpochRows, on pool: WorkerPool
  ) throws -> any RowModel {
    guard loss == .mixed || measure?.isOfCells ?? false else {
      return Self.compared(Self.guarded(model, schema), schema, measure)
    }
    let cells = schema.cells
    let judge = CellModel(model, cells: cells)
    guard measure == .negativeLogLikelihood else { return judge }
    let variances = try ResidualVariances.of(judge, cells: cells, over: rows, on: pool)
    return CellModel(model, cells: cells, variances: variances.map { Float($0) })
  }

  /// Returns a model of a table that handles cells unseen in training; for images, the model itself.
  static func guarded(_ model: any RowModel, _ schema: Schema) -> any RowModel {
    schema.shape.imageExtents == nil ? NewCellModel(model, cells: schema.cells) : model
  }

  /// Returns a model of images that is scored by a similarity; the model itself for other measures, and if
  /// stitched images are compared.
  static func compared(_ model: any RowModel, _ schema: Schema, _ measure: ScoreMeasure?) -> any RowModel {
    guard let similarity = measure?.similarity, !schema.hasScoreMaps else {
      return model
    }
    return SimilarityModel(model, similarity, image: schema.shape)
  }

  /// Checks, before anything is learned, that the loss and the measure are possible.
  ///
  /// - Throws: ``MeasureError``.
  func check(hasTargets: Bool) throws(MeasureError) {
    if let measure, measure.similarity != nil {
      try checkSimilarity("\(.errorMeasure, measure.rawValue)", hasTargets: hasTargets)
    }
    let isAsked = measure?.isOfCells ?? false
    guard loss == .mixed || isAsked else { return }
    let asked: MessageText =
      isAsked ? "\(.errorMeasure, measure?.rawValue ?? "")" : "\(.loss, loss.rawValue)"
    guard schema.shape.imageExtents == nil, !hasTargets else { throw MeasureError(.needsTable, asked: asked) }
    guard loss == .mixed || schema.holdsNumbersOnly else {
      throw MeasureError(.needsProbabilities, asked: asked)
    }
  }
  private func checkSimilarity(_ asked: MessageText, hasTargets: Bool) throws(MeasureError) {
    guard schema.shape.imageExtents != nil, !hasTargets else {
      throw MeasureError(.needsImages, asked: asked)
    }
    guard schema.liesInUnitInterval else { throw MeasureError(.needsUnitInterval, asked: asked) }
  }
}
