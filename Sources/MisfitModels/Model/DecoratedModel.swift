import MisfitCore

/// A model with something in front of it: what is not said otherwise is the model's own.
package protocol DecoratedModel: RowModel {
  /// The model behind.
  var base: any RowModel { get }
}

extension DecoratedModel {
  package var width: Int { base.width }
  package var outputWidth: Int { base.outputWidth }
  package var codeCount: Int { base.codeCount }
  package var description: ModelDescription { base.description }
  package var ownScore: OwnScore { base.ownScore }
  package var outlierCheck: GrossOutlierCheck? { base.outlierCheck }
  package var givesProbabilities: Bool { base.givesProbabilities }
  package var summary: String { base.summary }
  package var parameterCount: Int { base.parameterCount }
  package var tensors: [ModelTensor] { base.tensors }
  package var undecorated: any RowModel { base.undecorated }

  package func decoded(_ codes: FloatSlice) -> FloatSlice? { base.decoded(codes) }
}
