import MisfitAnalytics
import MisfitKernels

/// What the error of a sample is: a distance between it and its reconstruction, the costs of its cells, or the model's own score.
public enum ScoreMeasure: Sendable, Hashable {
  /// How far the reconstruction is from the sample.
  case reconstruction(ErrorMeasure)
  /// What the model itself says, higher for odder samples.
  case own
  /// The sum of the costs of a row's cells: squared differences of numbers and cross-entropies of yes or no and of levels,
  /// weighted so that no column drowns the others, see ``Cell``. Missing cells cost nothing.
  case mixed
  /// The negative logarithm of a row's likelihood, in nats: each number is normal about its reconstruction, with the variance
  /// that the rows learned from had there (of the scaled numbers); yes or no and levels have the probabilities that the
  /// model gives them. Missing cells are left out.
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
    case .mixed: "mixed"
    case .negativeLogLikelihood: "nll"
    }
  }

  /// The measure of a name.
  public init?(rawValue: String) {
    let others = [ScoreMeasure.own, .mixed, .negativeLogLikelihood]
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
    case .mixed: "sum of the cells' costs"
    case .negativeLogLikelihood: "negative log-likelihood in nats"
    }
  }

  /// Whether it is taken from the cells of a table.
  var isOfCells: Bool { self == .mixed || self == .negativeLogLikelihood }

  /// Whether the model gives it, and not the difference between a sample and its reconstruction.
  var isGivenByModel: Bool { self == .own || isOfCells }

  /// What a plot of the values of many rows shows.
  var pluralTitle: String {
    switch self {
    case .reconstruction: "Reconstruction errors"
    case .own, .mixed, .negativeLogLikelihood: "Scores"
    }
  }

  /// What the reasons of a row have shares of: errors of all measures grow with the squares.
  var shareTitle: String {
    switch self {
    case .reconstruction: "each feature's share of the row's squared error"
    case .own, .mixed: "each feature's share of the row's score"
    case .negativeLogLikelihood: "each feature's share of what makes the row unlikely"
    }
  }

  /// The value of a row whose errors and own score are known; NaN where the model has none of its own.
  func value(of errors: RowErrors, own: Float?) -> Double {
    switch self {
    case .reconstruction(let measure): errors.value(of: measure)
    case .own, .mixed, .negativeLogLikelihood: own.map { Double($0) } ?? .nan
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
