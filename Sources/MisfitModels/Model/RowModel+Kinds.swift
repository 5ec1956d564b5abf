import MisfitNetworks

// The only casts to concrete models: reports draw the weights of networks and the components of a PCA, which
// can be fitted again; nothing else about a model depends on its type.
extension RowModel {
  /// The network of an autoencoder, possibly behind decorators; nil for other models.
  package var asNetwork: Network? { (undecorated as? NetworkModel)?.network }

  /// The principal components, possibly behind decorators; nil for other models.
  package var asPrincipalComponents: PrincipalComponents? { undecorated as? PrincipalComponents }

  /// Returns the model with other principal components in the same decorators; nil for other models, and
  /// with a decorator that has learned from the reconstructions.
  package func replacing(_ components: PrincipalComponents) -> (any RowModel)? {
    switch self {
    case is PrincipalComponents: components
    case let model as ImputingModel:
      model.base.replacing(components).map { ImputingModel($0, model.imputer) }
    case let model as NewCellModel:
      model.base.replacing(components).map { NewCellModel($0, cells: model.cells) }
    case let model as GrossOutlierModel:
      model.base.replacing(components).map { GrossOutlierModel($0, model.check) }
    default: nil
    }
  }
}
