import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// Wraps a model in per-cell error scoring if its loss or the error measure requires it.
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
    guard loss == .mixed || measure?.isOfCells ?? false else { return Self.guarded(model, schema) }
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

  /// Checks, before anything is learned, that the loss and the measure are possible.
  ///
  /// - Throws: ``MeasureError``.
  func check(hasTargets: Bool) throws(MeasureError) {
    let isAsked = measure?.isOfCells ?? false
    guard loss == .mixed || isAsked else { return }
    let asked: MessageText =
      isAsked ? "\(.errorMeasure, measure?.rawValue ?? "")" : "\(.loss, loss.rawValue)"
    guard schema.shape.imageExtents == nil, !hasTargets else { throw MeasureError(.needsTable, asked: asked) }
    guard loss == .mixed || schema.holdsNumbersOnly else {
      throw MeasureError(.needsProbabilities, asked: asked)
    }
  }
}
