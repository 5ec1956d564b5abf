import MisfitModels

/// The mean distance to the nearest training rows.
struct NeighborFamily: ModelFamily {
  let choice = ModelChoice.neighbors
  let traits = ModelTraits(
    excludesSelf: true, modelOptions: [.neighborCount, .referenceLimit, .trimmedShare])

  func learn(_ fit: FamilyFit) throws -> any RowModel {
    try fit.imputing { rows in
      try NeighborDistance.fit(
        rows, neighborCount: fit.options.neighbors.count,
        referenceLimit: fit.options.neighbors.referenceLimit,
        excludesSelf: fit.options.rows.areScored, isKept: fit.kept(of: rows), seed: fit.options.seed)
    }
  }

  func decode(
    _ description: ModelDescription, _ tensors: CheckedTensors
  ) throws(ModelFileError) -> (any RowModel)? {
    guard let neighbors = description.neighbors, let count = neighbors.neighborCount, count >= 1 else {
      throw tensors.altered("its number of neighbors")
    }
    return NeighborDistance(
      reference: try tensors.reference(), neighborCount: count, excludesSelf: neighbors.excludesSelf)
  }
}
