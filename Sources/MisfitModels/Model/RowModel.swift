import MisfitCore
import MisfitKernels

/// A model that reconstructs rows, and may score them too: an autoencoder, principal components, neighbors.
///
/// A model is a value with learned parameters. It has to name its width, describe itself in a few words,
/// list its learned tensors for a model file, and make plans: a ``RowPlan`` takes rows, writes their
/// reconstructions and, if the model has an ``ownScore``, their scores. Everything else has a default.
/// Scoring, rankings and reports use a model through this protocol alone.
///
/// Shapes: rows of D = ``width`` floats, scaled by the schema; codes of C = ``codeCount`` values.
package protocol RowModel: Sendable {
  /// The number of floats in a row, D.
  var width: Int { get }
  /// The number of values in the code of a row, C; 0 if the model has no code.
  var codeCount: Int { get }
  /// The kind of the score that the model computes itself; nil if rows are scored by their reconstructions.
  var ownScore: OwnScore? { get }
  /// The description of the model in its file.
  var description: ModelDescription { get }
  /// The check for gross outliers in front of the model; nil if there is none.
  var outlierCheck: GrossOutlierCheck? { get }
  /// A short description: `784-32-784`, `8 of 30 principal components`.
  var summary: String { get }
  /// All learned floats, with the names that a model file stores them under.
  var tensors: [ModelTensor] { get }

  /// Returns a factory of plans, which take rows through the model.
  ///
  /// - Parameters:
  ///   - rowsWereLearned: Whether the rows are those that the model has learned from. A model of neighbors
  ///     then excludes each row from its own neighbors.
  ///   - precision: The precision of a network's matrix products; other models compute in 32-bit floats.
  func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans

  /// Returns what the model computes of new rows, as values of a graph.
  func graph(_ rows: GraphRows) -> RowGraph

  /// The number of floats in a reconstruction: D, or the width of a target if rows are mapped to targets.
  var outputWidth: Int { get }
  /// Whether reconstructions are probabilities, for which cross-entropy is a suitable error.
  var givesProbabilities: Bool { get }
  /// Whether plans for learned rows exclude each row from its own neighbors, so that their scores are
  /// leave-one-out scores.
  var leavesOneOut: Bool { get }
  /// The number of learned parameters.
  var parameterCount: Int { get }
  /// The innermost model, without the models that wrap it.
  var undecorated: any RowModel { get }

  /// Returns the reconstructions [R, output width] of codes [R, C]; nil if the model has no decoder.
  ///
  /// - Precondition: `codes` has whole codes.
  func decoded(_ codes: FloatSlice) -> FloatSlice?
}

extension RowModel {
  /// Default: the width of a row.
  package var outputWidth: Int { width }

  /// Default: rows are not checked for gross outliers.
  package var outlierCheck: GrossOutlierCheck? { nil }

  /// Default: reconstructions are not probabilities.
  package var givesProbabilities: Bool { false }

  /// Default: learned rows are scored like new rows.
  package var leavesOneOut: Bool { false }

  /// Default: the number of floats in all tensors.
  package var parameterCount: Int { tensors.reduce(0) { $0 + $1.values.count } }

  /// Default: this model.
  package var undecorated: any RowModel { self }

  /// Default: the model has no decoder.
  package func decoded(_ codes: FloatSlice) -> FloatSlice? { nil }

  /// Whether the model computes a score itself.
  package var hasOwnScore: Bool { ownScore != nil }

  /// Returns a factory of plans, which take rows through the model in 32-bit floats.
  package func plans(rowsWereLearned: Bool = false) -> RowPlans {
    plans(rowsWereLearned: rowsWereLearned, precision: .float32)
  }
}

/// The kind of a score that a model computes itself, higher for more anomalous rows.
package enum OwnScore: Sendable, Hashable {
  /// A mean distance to other rows, in the unit of the scaled columns.
  case distance
  /// A mean of standardized logarithms, which may be negative.
  case logarithmic
  /// A squared Mahalanobis distance, in the unit of the mean squared error.
  case mahalanobis
  /// The sum of the costs of a row's cells.
  case cellCosts
  /// The largest score of an image's pixels, from 0 to 1.
  case pixels
  /// The largest score of an image's pixels, of which half is the usual peak of normal images for each of two
  /// parts: 1 is usual.
  case patches
  /// One minus a similarity of an image and its reconstruction, the mean over the pixels.
  case similarity(ImageSimilarity)

  /// Whether the score is one minus a similarity.
  package var isSimilarity: Bool { if case .similarity = self { true } else { false } }
}

/// A named tensor of a model.
package struct ModelTensor: Sendable {
  /// The name in model files.
  package let name: String
  /// The size of each dimension, outermost first.
  package let extents: [Int]
  /// The values: as many floats as the product of ``extents``.
  package let values: FloatSlice

  /// Creates a tensor.
  ///
  /// - Precondition: `values` has as many floats as the product of `extents`.
  package init(_ name: String, _ extents: [Int], _ values: FloatSlice) {
    precondition(values.count == extents.reduce(1, *), "a tensor has its extents' count")
    self.name = name
    self.extents = extents
    self.values = values
  }
}
