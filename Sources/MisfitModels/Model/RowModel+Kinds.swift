import MisfitNetworks

// The only casts to concrete models: reports draw the weights of networks and the components of a PCA, and
// nothing else about a model depends on its type.
extension RowModel {
  /// The network of an autoencoder, possibly behind decorators; nil for other models.
  package var asNetwork: Network? { (undecorated as? NetworkModel)?.network }

  /// The principal components, possibly behind decorators; nil for other models.
  package var asPrincipalComponents: PrincipalComponents? { undecorated as? PrincipalComponents }
}
