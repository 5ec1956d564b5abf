import MisfitAnalytics
import MisfitKernels

/// The score by which samples are ranked: a distance between a sample and its reconstruction, the costs of
/// its cells, or the model's own score.
///
/// A score is never negative, with two exceptions: the negative log-likelihood, which has the unit of its
/// name, and ``own`` in files of earlier versions.
public enum ScoreMeasure: Sendable, Hashable {
  /// How far the reconstruction is from the sample.
  case reconstruction(ErrorMeasure)
  /// The model's own score as the model computes it, higher for more anomalous samples: the mean distance to
  /// the nearest rows.
  ///
  /// Local and crowd models of files of earlier versions have it too, as a mean of standardized logarithms
  /// about 0.
  case own
  /// The model's own score relative to the rows that it learned from: 1 is their average, larger is more
  /// anomalous, never below 0; see ``relativeScore(_:)``.
  case relative
  /// The squared Mahalanobis distance under the model's principal components, in the unit of a mean squared
  /// error: the reconstruction error, and what the row lies out along the components that are kept; see
  /// ``PrincipalComponents``.
  case mahalanobis
  /// The sum of the costs of a row's cells: squared differences of numbers and cross-entropies of yes or no
  /// and of levels, weighted so that no column drowns the others, see ``Cell``. Missing cells cost nothing.
  case mixed
  /// The negative logarithm of a row's likelihood, in nats: each number is normal about its reconstruction,
  /// with the variance that the rows learned from had there (of the scaled numbers); yes or no and levels
  /// have the probabilities that the model gives them. Missing cells are left out.
  case negativeLogLikelihood

  /// The mean of the squared differences.
  public static let meanSquared = ScoreMeasure.reconstruction(.meanSquared)

  /// The mean of the absolute differences.
  public static let meanAbsolute = ScoreMeasure.reconstruction(.meanAbsolute)
  /// The mean binary cross-entropy.
  public static let binaryCrossEntropy = ScoreMeasure.reconstruction(.binaryCrossEntropy)

  /// The name on the command line and in files.
  public var rawValue: String {
    switch self {
    case .reconstruction(let measure): measure.rawValue
    case .own: "own"
    case .relative: "relative"
    case .mahalanobis: "mahalanobis"
    case .mixed: "mixed"
    case .negativeLogLikelihood: "nll"
    }
  }

  /// The measure of a name.
  public init?(rawValue: String) {
    let others = [ScoreMeasure.own, .relative, .mahalanobis, .mixed, .negativeLogLikelihood]
    if let other = others.first(where: { $0.rawValue == rawValue }) {
      self = other
    } else if let measure = ErrorMeasure(rawValue: rawValue) {
      self = .reconstruction(measure)
    } else {
      return nil
    }
  }

  /// The name on axes and in sentences.
  public var title: String {
    switch self {
    case .reconstruction(let measure): measure.title
    case .own: "the model's own score"
    case .relative: "score relative to the rows learned from"
    case .mahalanobis: "squared Mahalanobis distance"
    case .mixed: "sum of the cells' costs"
    case .negativeLogLikelihood: "negative log-likelihood in nats"
    }
  }

  /// Whether it is taken from the cells of a table.
  var isOfCells: Bool { self == .mixed || self == .negativeLogLikelihood }

  /// Whether it belongs to one kind of model, which has a score of its own.
  package var isOwn: Bool { [.own, .relative, .mahalanobis].contains(self) }

  /// Whether the model gives it, and not the difference between a sample and its reconstruction.
  var isGivenByModel: Bool { isOwn || isOfCells }

  /// The reconstruction error that is reported beside the score: the score itself where that is one, else the
  /// mean squared error.
  public var reconstructionError: ErrorMeasure {
    if case .reconstruction(let measure) = self { return measure }
    return .meanSquared
  }

  /// What the score measures, as a sentence.
  public var meaning: String {
    switch self {
    case .reconstruction(let measure):
      "The score is the reconstruction error: the \(measure.title) of the scaled values."
    case .own: "The score is the model's own, larger for more anomalous samples."
    case .relative:
      "The score compares a row with those that the model learned from: 1 is their average, larger is more "
        + "anomalous, and it is never negative."
    case .mahalanobis:
      """
      The score is the squared Mahalanobis distance: the reconstruction error, and how far the row lies out \
      along the principal components, in the unit of a mean squared error of scaled values.
      """
    case .mixed:
      """
      The score is the sum of the costs of a row's cells: squared differences of numbers, and the surprise \
      at levels.
      """
    case .negativeLogLikelihood:
      """
      The score is the negative logarithm of the row's likelihood in nats, which is negative where the \
      likelihood is above 1.
      """
    }
  }

  /// A score on a scale without negative numbers: 1 + s from 0 on, and 1 / (1 - s) below.
  ///
  /// A model's mean of standardized logarithms is 0 for an average row, which becomes 1. The function
  /// increases strictly and is smooth, so that ranks stay as they are, as far as 32-bit floats can show them.
  static func relativeScore(_ score: Float) -> Float { score >= 0 ? 1 + score : 1 / (1 - score) }

  /// What a plot of the values of many rows shows.
  package var pluralTitle: String {
    switch self {
    case .reconstruction: "Reconstruction errors"
    case .own, .relative, .mahalanobis, .mixed, .negativeLogLikelihood: "Scores"
    }
  }

  /// What the reasons of a row have shares of: errors of all measures grow with the squares.
  package var shareTitle: String {
    switch self {
    case .reconstruction: "each feature's share of the row's squared error"
    case .own, .relative, .mahalanobis, .mixed: "each feature's share of the row's score"
    case .negativeLogLikelihood: "each feature's share of what makes the row unlikely"
    }
  }

  /// The value of a row whose errors and own score are known; NaN where the model has none of its own.
  func value(of errors: RowErrors, own: Float?) -> Double {
    switch self {
    case .reconstruction(let measure): errors.value(of: measure)
    case .own, .mahalanobis, .mixed, .negativeLogLikelihood: own.map { Double($0) } ?? .nan
    case .relative: own.map { Double(Self.relativeScore($0)) } ?? .nan
    }
  }
}

extension ScoreMeasure: Codable {
  public init(from decoder: any Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let measure = ScoreMeasure(rawValue: name) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no measure is called \(name)"))
    }
    self = measure
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
