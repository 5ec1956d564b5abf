import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// An autoencoder of patches, and the patches that are common in normal images.
struct PatchFamily: ModelFamily {
  let choice = ModelChoice.patches
  let traits = ModelTraits(
    trainsInEpochs: true, stopsEarly: true, networkOptions: [.epochs, .timeLimit, .batchSize])
  private let autoencoder = AutoencoderFamily()

  /// The maximum number of images, or of rows that are images, from which the usual peaks are computed.
  private static let peakImageLimit = 50
  /// The least usual peaks of both scores: drawn images repeat their patches to the last bit, and then no
  /// difference that anyone can see would be called large.
  private static let leastPeaks = (error: 1e-6, distance: 0.05)

  func plan(_ input: PlanInput) throws -> (plan: FitPlan, choices: [Choice]) {
    guard input.schema.inputShape.imageExtents != nil else {
      throw ArchitectureError(
        .presetNeeds(name: choice.name, wants: "images", given: input.schema.inputShape))
    }
    var (plan, choices) = try autoencoder.plan(input)
    plan.family = choice
    if input.options.model == .automatic {
      choices.insert(
        Choice(option: .model, value: choice.name, reason: "images that are cut into patches"), at: 0)
    }
    return (plan, choices)
  }

  func check(_ fit: FamilyFit) throws { try autoencoder.check(fit) }

  func learn(_ fit: FamilyFit) throws -> any RowModel {
    let model = try autoencoder.learn(fit)
    guard let network = model.asNetwork else { preconditionFailure("an autoencoder is a network") }
    let data = fit.data
    let codebook = try PatchCodebook.fit(
      data.trainingRows, shape: data.schema.inputShape, seed: fit.plan.seed, on: fit.pool)
    func weight(_ weights: PatchModel.Weights, least: Double) throws -> Float {
      let peak = try Self.usualPeak(of: PatchModel(network, codebook, weights: weights), fit)
      return Float(0.5 / max(peak, least))
    }
    let weights = PatchModel.Weights(
      error: try weight(.init(error: 1, distance: 0), least: Self.leastPeaks.error),
      distance: try weight(.init(error: 0, distance: 1), least: Self.leastPeaks.distance))
    return PatchModel(network, codebook, weights: weights)
  }

  /// Returns the lower quartile of the scores of evenly spaced training images: half of them may be
  /// anomalous.
  private static func usualPeak(of model: PatchModel, _ fit: FamilyFit) throws -> Double {
    let (data, rows) = (fit.data, fit.data.trainingRows)
    let tiles = data.schema.preparation?.tiles ?? .init(side: 1)
    let all = data.trainingImages
    let count = all.isEmpty ? rows.rowCount : all.count
    let wanted = min(count, peakImageLimit)
    let chosen = (0..<wanted).map { $0 * count / wanted }
    let starts = all.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.tileCount) }
    let numbers = all.isEmpty ? chosen : chosen.flatMap { Array(starts[$0]..<starts[$0 + 1]) }
    var images = ImageScores(
      tiles, of: .patches, images: all.isEmpty ? [] : chosen.map { all[$0] },
      region: data.schema.preparation?.region)
    let pass = RowErrorPass(
      model: model, computesErrors: false,
      pixelScore: PixelScore(.patches).valueCount(of: data.schema.shape).map { (.ofModel, $0) })
    var peaks: [Double] = []
    try pass.run(over: RowSubset(rows, numbers: numbers), on: fit.pool) { _, result in
      if let peak = images.add(Double(result.ownScore), pixels: result.pixels) { peaks.append(peak) }
    }
    return peaks.isEmpty ? 0 : peaks.sorted()[peaks.count / 4]
  }

  func decode(
    _ description: ModelDescription, _ tensors: CheckedTensors
  ) throws(ModelFileError) -> (any RowModel)? {
    guard let networks = description.networks, networks.count == 1, networks[0].targetShape == nil,
      networks[0].inputShape.imageExtents != nil, networks[0].inputShape.elementCount == tensors.width
    else { throw tensors.altered("its description") }
    return try tensors.patchModel(networks[0])
  }
}

extension CheckedTensors {
  /// Returns the model of patches whose network has this architecture.
  fileprivate func patchModel(_ architecture: Architecture) throws(ModelFileError) -> PatchModel {
    let numbers = try values(PatchModel.featuresName, [2])
    guard numbers[0] > 0, numbers[1] >= 0 else { throw altered("tensor \(PatchModel.featuresName)") }
    let features = PatchFeatures(
      architecture.inputShape, contrastFloor: numbers[0], brightnessScale: numbers[1])
    let weights = try values(PatchModel.weightsName, [2])
    guard weights[0] >= 0, weights[1] >= 0 else { throw altered("tensor \(PatchModel.weightsName)") }
    return PatchModel(
      try prefixed(PatchModel.networkPrefix).network(architecture),
      PatchCodebook(features: features, centers: try rows(PatchModel.centersName, width: features.count)),
      weights: .init(error: weights[0], distance: weights[1]))
  }
}
