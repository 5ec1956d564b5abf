import MisfitCore
import MisfitKernels

/// What takes rows to reconstructions: an autoencoder, principal components, or the rows nearest by.
///
/// Everything that scores, ranks and reports sees a model through this alone.
///
/// Shapes: rows of D = `width` floats, scaled by the schema; codes of C = `codeCount` values.
package protocol RowModel: Sendable {
  /// D.
  var width: Int { get }
  /// The floats of a reconstruction: D, or those of a target where rows become something else than
  /// themselves.
  var outputWidth: Int { get }
  /// C, the values of a row's code; 0 where the model has none.
  var codeCount: Int { get }
  /// The description of the model in its file.
  var description: ModelDescription { get }
  /// The score that the model computes itself.
  var ownScore: OwnScore { get }
  /// The check for gross outliers in front of the model; nil if there is none.
  var outlierCheck: GrossOutlierCheck? { get }
  /// Whether reconstructions are probabilities, which cross-entropy is made for.
  var givesProbabilities: Bool { get }
  /// What the model is, in a few words: `784-32-784`, `8 of 30 components`.
  var summary: String { get }
  /// The numbers that were learned.
  var parameterCount: Int { get }
  /// All that was learned as floats, by names that a file keeps them under.
  var tensors: [ModelTensor] { get }

  /// The model itself, where something stands in front of it.
  var undecorated: any RowModel { get }

  /// What takes rows through the model.
  ///
  /// `rowsWereLearned` says that the rows are those learned from: a model of neighbours does not count a row
  /// as its own. `precision` is what a network rounds the factors of its products to; other models take
  /// floats.
  func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans

  /// What codes [R, C] are rebuilt to: [R, D]; nil where the model has no code.
  ///
  /// - Precondition: whole codes.
  func decoded(_ codes: FloatSlice) -> FloatSlice?
}

extension RowModel {
  /// Nil.
  package func decoded(_ codes: FloatSlice) -> FloatSlice? { nil }
  /// D.
  package var outputWidth: Int { width }

  /// Default: the reconstruction error is the score.
  package var ownScore: OwnScore { .none }
  /// Whether the model computes a score itself.
  package var hasOwnScore: Bool { ownScore != .none }
  /// Default: rows are not checked.
  package var outlierCheck: GrossOutlierCheck? { nil }

  /// This model.
  package var undecorated: any RowModel { self }

  /// The floats of all tensors.
  package var parameterCount: Int { tensors.reduce(0) { $0 + $1.values.count } }

  /// False.
  package var givesProbabilities: Bool { false }

  /// What takes rows through the model in 32-bit floats.
  package func plans(rowsWereLearned: Bool = false) -> RowPlans {
    plans(rowsWereLearned: rowsWereLearned, precision: .float32)
  }
}

/// A named part of what a model has learned.
package struct ModelTensor: Sendable {
  /// The name in files.
  package let name: String
  /// Outermost first.
  package let extents: [Int]
  /// Their product many floats.
  package let values: FloatSlice

  /// Names floats.
  ///
  /// - Precondition: as many values as the extents say.
  package init(_ name: String, _ extents: [Int], _ values: FloatSlice) {
    precondition(values.count == extents.reduce(1, *), "a tensor has its extents' count")
    self.name = name
    self.extents = extents
    self.values = values
  }
}
