import MisfitModels

/// One hidden layer of random weights; stored as an autoencoder.
struct WideFamily: ModelFamily {
  let choice = ModelChoice.wide
  let traits = ModelTraits(
    isNetwork: true, networkOptions: [.hidden], foldCount: ModelTraits.quickFolds)

  func learn(_ fit: FamilyFit) throws -> any RowModel {
    try fit.imputing { rows in
      var options = RandomFeatureNetwork.Options()
      if let units = fit.options.network.hidden?.last { options.units = units }
      return NetworkModel(
        try RandomFeatureNetwork.fit(
          fit.trimmed(rows), shape: fit.data.schema.inputShape, options: options, seed: fit.options.seed,
          on: fit.pool))
    }
  }
}
