import MisfitModels

/// The distances to all training rows, and the rarity of values.
struct GlobalFamily: ModelFamily {
  let choice = ModelChoice.global
  let traits = ModelTraits(excludesSelf: true)

  func learn(_ fit: FamilyFit) throws -> any RowModel {
    try fit.imputing { rows in
      var options = GlobalDistance.Options()
      if let contamination = fit.options.rows.contamination {
        options.trimmedShare = contamination.fixedShare
      }
      return try GlobalDistance.fit(
        rows, options: options, excludesSelf: fit.options.rows.areScored, roles: fit.roles,
        seed: fit.options.seed, on: fit.pool
      ) { sampleCount, leftOut in
        fit.record.trimming = fit.data.trimming(leftOut, of: sampleCount, fit.options)
        if sampleCount < fit.data.training.rowCount { fit.record.trimming?.records = [] }
      }
    }
  }

  func decode(
    _ description: ModelDescription, _ tensors: CheckedTensors
  ) throws(ModelFileError) -> (any RowModel)? {
    guard let neighbors = description.neighbors else { throw tensors.altered("its scores") }
    return try tensors.global(neighbors.scores, excludesSelf: neighbors.excludesSelf)
  }
}
