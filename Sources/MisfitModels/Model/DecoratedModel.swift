import MisfitCore

/// A model with something in front of it: what is not said otherwise is the model's own.
public protocol DecoratedModel: RowModel {
  /// The model behind.
  var base: any RowModel { get }
}

extension DecoratedModel {
  public var width: Int { base.width }
  public var outputWidth: Int { base.outputWidth }
  public var codeCount: Int { base.codeCount }
  public var hasOwnScore: Bool { base.hasOwnScore }
  public var givesProbabilities: Bool { base.givesProbabilities }
  public var summary: String { base.summary }
  public var parameterCount: Int { base.parameterCount }
  public var tensors: [ModelTensor] { base.tensors }
  public var undecorated: any RowModel { base.undecorated }

  public func decoded(_ codes: FloatSlice) -> FloatSlice? { base.decoded(codes) }
}
