import MisfitAnalytics
import MisfitKernels

/// What the error of a sample is: a distance between it and its reconstruction, or the model's own score.
public enum ScoreMeasure: Sendable, Hashable {
  /// How far the reconstruction is from the sample.
  case reconstruction(ErrorMeasure)
  /// What the model itself says, higher for odder samples.
  case own

  /// The mean of the squared differences.
  public static let meanSquared = ScoreMeasure.reconstruction(.meanSquared)

  /// The name on the command line and in files.
  public var rawValue: String {
    switch self {
    case .reconstruction(let measure): measure.rawValue
    case .own: "own"
    }
  }

  /// The measure of a name.
  public init?(rawValue: String) {
    if rawValue == "own" {
      self = .own
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
    }
  }

  /// What a plot of the values of many rows shows.
  var pluralTitle: String {
    switch self {
    case .reconstruction: "Reconstruction errors"
    case .own: "Scores"
    }
  }

  /// What the reasons of a row have shares of: errors of all measures grow with the squares.
  var shareTitle: String {
    switch self {
    case .reconstruction: "each feature's share of the row's squared error"
    case .own: "each feature's share of the row's score"
    }
  }

  /// The value of a row whose errors and own score are known; NaN where the model has none of its own.
  func value(of errors: RowErrors, own: Float?) -> Double {
    switch self {
    case .reconstruction(let measure): errors.value(of: measure)
    case .own: own.map { Double($0) } ?? .nan
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
