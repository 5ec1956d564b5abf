import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// Puts what takes errors cell by cell in front of a model, where its loss or the measure asks for it.
struct CellErrors {
  let schema: Schema
  let loss: Loss
  /// What was asked for; nil is the model's own.
  let measure: ScoreMeasure?

  /// The model as errors are taken from it.
  ///
  /// `rows` are those learned from.
  ///
  /// - Throws: ``MeasureError``; what reading the rows may throw.
  func judging(
    _ model: any RowModel, learnedFrom rows: any EpochRows, on pool: WorkerPool
  ) throws -> any RowModel {
    guard loss == .mixed || measure?.isOfCells ?? false else { return Self.guarded(model, schema) }
    let cells = schema.cells
    let judge = CellModel(model, cells: cells)
    guard measure == .negativeLogLikelihood else { return judge }
    let variances = try ResidualVariances.of(judge, cells: cells, over: rows, on: pool)
    return CellModel(model, cells: cells, variances: variances.map { Float($0) })
  }

  /// A model of a table that is not shown what training never had; of images, the model itself.
  static func guarded(_ model: any RowModel, _ schema: Schema) -> any RowModel {
    schema.shape.imageExtents == nil ? NewCellModel(model, cells: schema.cells) : model
  }

  /// Refuses, before anything is learned, what cannot be given.
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
