import MisfitCore

/// The errors of one model, one for each sample.
public struct NamedErrors: Sendable, Hashable {
  /// The model's name.
  public var name: String
  /// The error of each sample; higher is more anomalous.
  public var errors: [Double]

  /// Creates named errors.
  public init(name: String, errors: [Double]) {
    self.name = name
    self.errors = errors
  }

  /// Creates named errors.
  public init(name: String, errors: [Float]) { self.init(name: name, errors: errors.map(Double.init)) }
}

/// A comparison of the errors of several models on the same samples.
///
///     let comparison = try ModelComparison([
///       NamedErrors(name: "one layer", errors: a), NamedErrors(name: "two layers", errors: b),
///     ])
///     comparison.pairs[0].verdict  // .noClearDifference, .firstIsLower or .secondIsLower
///
/// NaN is excluded from a model's figures. A pair excludes the samples for which either error is not finite,
/// and counts them.
public struct ModelComparison: Sendable, Hashable, Codable {
  /// The options of a comparison.
  public struct Options: Sendable, Hashable {
    /// The number of most anomalous samples whose overlap is measured.
    public var topCount = 20
    /// The number of samples reported on which two models disagree most.
    public var disagreementCount = 10
    /// The number of bootstrap resamples.
    public var resampleCount = 2000
    /// The confidence level of the bootstrap intervals.
    public var confidence = 0.95
    /// The seed of the bootstrap.
    public var seed: UInt64 = 0

    /// Creates the default options.
    public init() {}
  }

  /// The number of samples.
  public let sampleCount: Int
  /// The summary of each model, in the order given.
  public let models: [ModelSummary]
  /// The comparison of each pair of models: (0, 1), (0, 2), (1, 2) and so on.
  public let pairs: [PairComparison]

  /// Compares the errors of models on the same samples.
  ///
  /// - Parameters:
  ///   - models: The errors of each model, in the order of the samples.
  ///   - identifiers: The samples' identifiers, used to report disagreements.
  ///   - isAnomaly: Whether each sample is a known anomaly, for the area under the ROC and the average
  ///     precision.
  ///   - options: Sizes, confidence level and seed.
  /// - Throws: ``ComparisonError`` if names repeat or counts differ.
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
        // Every pair starts from the same seed, so that another model changes no interval.
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

/// The figures of one model's errors.
public struct ModelSummary: Sendable, Hashable, Codable {
  /// The model's name.
  public let name: String
  /// The distribution of its errors; nil if there are none.
  public let errors: ErrorSummary?
  /// The area under the ROC; nil without labels, or if one class is missing.
  public let areaUnderROC: Double?
  /// The average precision; nil without labels, or if one class is missing.
  public let averagePrecision: Double?

  init(_ model: NamedErrors, isAnomaly: [Bool]?) {
    let evaluation = isAnomaly.map { Evaluation(scores: model.errors, isAnomaly: $0) }
    name = model.name
    errors = ErrorDistribution(model.errors).value
    areaUnderROC = evaluation?.areaUnderROC
    averagePrecision = evaluation?.averagePrecision
  }
}
