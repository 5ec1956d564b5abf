import MisfitModels

/// Principal components.
struct PrincipalComponentFamily: ModelFamily {
  let choice = ModelChoice.principalComponents
  let traits = ModelTraits(
    networkOptions: [.shardCount], modelOptions: [.components], foldCount: ModelTraits.quickFolds)

  func learn(_ fit: FamilyFit) throws -> any RowModel {
    try fit.imputing { rows in
      try PrincipalComponents.fit(
        fit.trimmed(rows), components: fit.options.components ?? .varianceShare(0.95),
        shardCount: fit.options.training.shardCount, sharedBy: fit.options.communicator, on: fit.pool)
    }
  }

  func decode(
    _ description: ModelDescription, _ tensors: CheckedTensors
  ) throws(ModelFileError) -> (any RowModel)? {
    try tensors.components()
  }
}
