import MisfitCore

/// The errors of one model, sample by sample.
public struct NamedErrors: Sendable, Hashable {
  /// The model's name.
  public var name: String
  /// The error of each sample, the higher the more anomalous.
  public var errors: [Double]

  /// Names a model's errors.
  public init(name: String, errors: [Double]) {
    self.name = name
    self.errors = errors
  }

  /// Names a model's errors.
  public init(name: String, errors: [Float]) { self.init(name: name, errors: errors.map(Double.init)) }
}

/// How models' errors on the same samples differ.
///
///     let comparison = try ModelComparison([
///       NamedErrors(name: "one layer", errors: a), NamedErrors(name: "two layers", errors: b),
///     ])
///     comparison.pairs[0].verdict  // .noClearDifference, .firstIsLower or .secondIsLower
///
/// NaN is left out of a model's figures. A pair leaves out the samples for which either error is not finite,
/// and counts them.
public struct ModelComparison: Sendable, Hashable, Codable {
  /// What is compared, and how.
  public struct Options: Sendable, Hashable {
    /// How many of the most anomalous samples the overlap of the top is about.
    public var topCount = 20
    /// How many of the samples that two models disagree on most are shown.
    public var disagreementCount = 10
    /// The number of bootstrap resamples.
    public var resampleCount = 2000
    /// The share of bootstrap intervals that hold the true difference.
    public var confidence = 0.95
    /// The seed of the bootstrap.
    public var seed: UInt64 = 0

    /// Makes the default options.
    public init() {}
  }

  /// The number of samples.
  public let sampleCount: Int
  /// Each model by itself, in the order given.
  public let models: [ModelSummary]
  /// Each pair of models, earlier ones first: (0, 1), (0, 2), (1, 2) and so on.
  public let pairs: [PairComparison]

  /// Compares models' errors on the same samples.
  ///
  /// - Parameters:
  ///   - models: The errors of each model, in the order of the samples.   - identifiers: The samples'
  /// identifiers, to name those that models disagree on.   - isAnomaly: Which samples are known to be
  /// anomalous, for the area under the ROC and the average precision.   - options: Sizes, confidence and
  /// seed.
  /// - Throws: ``ComparisonError`` where names repeat or counts differ.
  /// - Complexity: O(pairs * (n log n + resamples * min(n, 5,000))), with the errors in memory.
  public init(
    _ models: [NamedErrors], identifiers: [String]? = nil, isAnomaly: [Bool]? = nil,
    options: Options = Options()
  ) throws(ComparisonError) {
    guard let first = models.first else { throw ComparisonError(.noModels) }
    sampleCount = first.errors.count
    try Self.check(models, identifiers: identifiers, isAnomaly: isAnomaly, sampleCount: sampleCount)
    self.models = models.map { ModelSummary($0, isAnomaly: isAnomaly) }
    var pairs: [PairComparison] = []
    for (index, first) in models.enumerated() {
      for second in models[(index + 1)...] {
        // Every pair starts from the same seed, so that a further model changes no interval.
        pairs.append(PairComparison(first, second, identifiers: identifiers, options: options))
      }
    }
    self.pairs = pairs
  }

  private static func check(
    _ models: [NamedErrors], identifiers: [String]?, isAnomaly: [Bool]?, sampleCount: Int
  ) throws(ComparisonError) {
    var names: Set<String> = []
    for model in models {
      guard names.insert(model.name).inserted else { throw ComparisonError(.repeatedName(model.name)) }
      guard model.errors.count == sampleCount else {
        throw ComparisonError(
          .differentCounts(name: model.name, count: model.errors.count, expected: sampleCount))
      }
    }
    if let identifiers, identifiers.count != sampleCount {
      throw ComparisonError(.identifierCount(identifiers.count, expected: sampleCount))
    }
    if let isAnomaly, isAnomaly.count != sampleCount {
      throw ComparisonError(.labelCount(isAnomaly.count, expected: sampleCount))
    }
  }
}

/// One model's errors in figures.
public struct ModelSummary: Sendable, Hashable, Codable {
  /// The model's name.
  public let name: String
  /// The distribution of its errors; nil where there are none.
  public let errors: ErrorSummary?
  /// The area under the ROC; nil without labels, or where one class is missing.
  public let areaUnderROC: Double?
  /// The average precision; nil without labels, or where one class is missing.
  public let averagePrecision: Double?

  init(_ model: NamedErrors, isAnomaly: [Bool]?) {
    let evaluation = isAnomaly.map { Evaluation(scores: model.errors, isAnomaly: $0) }
    name = model.name
    errors = ErrorDistribution(model.errors).value
    areaUnderROC = evaluation?.areaUnderROC
    averagePrecision = evaluation?.averagePrecision
  }
}
