import MisfitCore
import MisfitModels

/// Reconstruction from the nearest training rows.
struct LocalFamily: ModelFamily {
  let choice = ModelChoice.local
  let traits = ModelTraits(excludesSelf: true, modelOptions: [.referenceLimit, .trimmedShare])

  func learn(_ fit: FamilyFit) throws -> any RowModel {
    try fit.imputing { rows in
      let isKept = try fit.kept(of: rows)
      let local = try LocalReconstruction.fit(
        rows, referenceLimit: Self.referenceLimit(fit), excludesSelf: fit.options.rows.areScored,
        isKept: isKept, keepsMaskedOutliers: fit.hasGivenShare,
        // Pixels have no columns that are rare or far from the middle.
        weightsGroups: fit.data.schema.shape.imageExtents == nil, roles: fit.roles, seed: fit.options.seed,
        on: fit.pool
      ) { sampleCount, leftOut in
        fit.record.trimming = Self.joined(fit, isKept, leftOut, of: sampleCount)
      }
      guard fit.data.schema.shape.imageExtents == nil else { return local }
      return PredictedModel.wrapping(local, cells: fit.data.schema.cells, on: fit.pool)
    }
  }

  func decode(
    _ description: ModelDescription, _ tensors: CheckedTensors
  ) throws(ModelFileError) -> (any RowModel)? {
    guard let neighbors = description.neighbors else { throw tensors.altered("its scores") }
    let reference = try tensors.reference()
    var global: GlobalDistance?
    if let scores = neighbors.globalScores {
      global = try tensors.prefixed(LocalReconstruction.globalPrefix)
        .global(scores, excludesSelf: neighbors.excludesSelf)
    }
    let local = LocalReconstruction(
      reference: reference, baselines: try tensors.values("baselines", [3, reference.count]),
      scores: try tensors.scores(
        neighbors.scores,
        count: LocalReconstruction.scoreCount(hasBroadScores: neighbors.groupWeights != nil)),
      excludesSelf: neighbors.excludesSelf, global: global,
      broad: try neighbors.groupWeights.map { weights throws(ModelFileError) in
        try tensors.prefixed(LocalReconstruction.broadPrefix).broad(weights, width: reference.width)
      })
    guard let predictions = neighbors.predictions else { return local }
    guard let model = PredictedModel(local, predictions) else { throw tensors.altered("its predictions") }
    return model
  }

  /// Returns the maximum number of reference rows: the given one, or for wide images fewer than the default,
  /// so that a model of any images has at most 64 MiB of them.
  private static func referenceLimit(_ fit: FamilyFit) -> Int {
    let given = fit.options.neighbors.referenceLimit
    guard fit.data.schema.shape.imageExtents != nil, given == FitOptions.Neighbors().referenceLimit
    else { return given }
    return min(given, max(1_000, (1 << 24) / fit.data.schema.inputCount))
  }

  /// Returns the record of all rows left out: those of the requested share, and `leftOut` of the
  /// `sampleCount` rows that the model examined.
  private static func joined(
    _ fit: FamilyFit, _ isKept: [Bool]?, _ leftOut: [Int], of sampleCount: Int
  ) -> TrimmingRecord? {
    let requested = fit.record.trimming
    guard !leftOut.isEmpty else { return requested }
    let rowCount = fit.data.training.rowCount
    let kept = isKept.map { isKept in isKept.indices.filter { isKept[$0] } } ?? Array(0..<rowCount)
    guard kept.count == sampleCount else {
      guard requested == nil else { return requested }
      // The positions of a sample's rows are not known.
      return TrimmingRecord(count: leftOut.count, rowCount: sampleCount, isFound: true, records: [])
    }
    let outliers = isKept.map { isKept in isKept.indices.filter { !isKept[$0] } } ?? []
    var record = fit.data.trimming(
      (outliers + leftOut.map { kept[$0] }).sorted(), of: rowCount, fit.options)
    record.isFound = requested?.isFound ?? true
    return record
  }
}
