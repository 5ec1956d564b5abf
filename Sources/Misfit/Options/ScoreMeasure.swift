import MisfitAnalytics
import MisfitKernels
import MisfitModels

/// The measure by which samples are ranked: a distance between a sample and its reconstruction, the sum of
/// the costs of its cells, or the model's own score.
///
/// A score is never negative, with two exceptions: the negative log-likelihood, and ``own`` in files of
/// earlier versions.
public enum ScoreMeasure: Sendable, Hashable {
  /// A distance between the sample and its reconstruction.
  case reconstruction(ErrorMeasure)
  /// The model's own score as the model computes it, larger for more anomalous samples: the mean distance to
  /// the nearest rows.
  ///
  /// In files of earlier versions, local reconstructions and global distances have it too, as a mean of
  /// standardized logarithms about 0.
  case own
  /// The model's own score relative to its training rows: 1 is their average, larger is more anomalous, never
  /// below 0.
  case relative
  /// The squared Mahalanobis distance under the model's principal components, in the unit of a mean squared
  /// error: the reconstruction error, plus the distance along the components that are kept.
  case mahalanobis
  /// The largest score of an image's pixels: how surely each differs from its repair, from 0 to 1.
  case defect
  /// The largest score of an image's pixels: half of the squared error of the reconstruction and half of the
  /// distance of the patch to the nearest common one, each relative to its usual peak in normal images, so
  /// that 1 is usual.
  case patches
  /// One minus the structural similarity index of an image and its reconstruction, the mean over the pixels
  /// and channels, from 0 to 2; for values in [0, 1].
  case structuralDissimilarity
  /// One minus the gradient magnitude similarity of an image and its reconstruction, the mean over the pixels
  /// and up to four scales, from 0 to 1; for values in [0, 1].
  case gradientDissimilarity
  /// The sum of the costs of a row's cells.
  ///
  /// The cost is the squared difference for numbers, and the cross-entropy for levels and for yes or no,
  /// weighted so that no column dominates the others. Missing cells cost nothing.
  case mixed
  /// The negative log-likelihood of a row, in nats.
  ///
  /// Each number is normally distributed about its reconstruction, with the variance of the training
  /// residuals of its column (in scaled units). Levels and yes or no have the probabilities that the model
  /// outputs. Missing cells are left out.
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
    case .defect: "defect"
    case .patches: "patches"
    case .structuralDissimilarity: "ssim"
    case .gradientDissimilarity: "msgms"
    case .mixed: "mixed"
    case .negativeLogLikelihood: "nll"
    }
  }

  /// Creates the measure with a name; nil for unknown names.
  public init?(rawValue: String) {
    let others = [
      ScoreMeasure.own, .relative, .mahalanobis, .defect, .patches, .structuralDissimilarity,
      .gradientDissimilarity, .mixed, .negativeLogLikelihood,
    ]
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
    case .defect: "how surely the worst pixel is defective"
    case .patches: "score relative to the usual peak of normal images"
    case .structuralDissimilarity: "structural dissimilarity (1 - SSIM)"
    case .gradientDissimilarity: "gradient dissimilarity (1 - MSGMS)"
    case .mixed: "sum of the cells' costs"
    case .negativeLogLikelihood: "negative log-likelihood in nats"
    }
  }

  /// Whether the measure is computed per cell of a table.
  var isOfCells: Bool { self == .mixed || self == .negativeLogLikelihood }

  /// Whether the measure is specific to one kind of model.
  package var isOwn: Bool { [.own, .relative, .mahalanobis, .defect, .patches].contains(self) }

  /// The similarity of images that the measure is one minus of; nil for other measures.
  var similarity: ImageSimilarity? {
    switch self {
    case .structuralDissimilarity: .structural
    case .gradientDissimilarity: .gradient
    default: nil
    }
  }

  /// Whether the model computes the measure itself, rather than it being a distance between sample and
  /// reconstruction.
  var isGivenByModel: Bool { isOwn || isOfCells }

  /// The reconstruction error that is reported beside the score: the score itself if it is one, else the mean
  /// squared error.
  public var reconstructionError: ErrorMeasure {
    if case .reconstruction(let measure) = self { return measure }
    return .meanSquared
  }

  /// The meaning of the score, as a sentence.
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
    case .defect:
      """
      The score is that of the image's worst pixel: how surely it differs from its repair for a reason, from \
      0 to 1.
      """
    case .patches:
      """
      The score is that of the image's worst pixel, relative to what is usual for normal images, which is 1: \
      half of it is the error of the reconstruction, half how far the patch is from all common ones.
      """
    case .structuralDissimilarity:
      "The score is one minus the structural similarity (SSIM) of an image and its reconstruction."
    case .gradientDissimilarity:
      """
      The score is one minus the gradient magnitude similarity of an image and its reconstruction, at up to \
      four scales.
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

  /// Returns a score mapped to a scale without negative numbers: 1 + s from 0 on, and 1 / (1 - s) below.
  ///
  /// A model's mean of standardized logarithms is 0 for an average row, which maps to 1. The function is
  /// smooth and strictly increasing, so ranks stay the same, up to the precision of 32-bit floats.
  static func relativeScore(_ score: Float) -> Float { score >= 0 ? 1 + score : 1 / (1 - score) }

  /// The title of a plot of the scores of many rows.
  package var pluralTitle: String {
    switch self {
    case .reconstruction, .structuralDissimilarity, .gradientDissimilarity: "Reconstruction errors"
    case .own, .relative, .mahalanobis, .defect, .patches, .mixed, .negativeLogLikelihood: "Scores"
    }
  }

  /// The caption of the shares in a row's reasons; the errors of all measures grow with the squares.
  package var shareTitle: String {
    switch self {
    case .reconstruction, .structuralDissimilarity, .gradientDissimilarity:
      "each feature's share of the row's squared error"
    case .own, .relative, .mahalanobis, .defect, .patches, .mixed: "each feature's share of the row's score"
    case .negativeLogLikelihood: "each feature's share of what makes the row unlikely"
    }
  }

  /// Returns the score of a row from its errors and the model's own score; NaN if the measure needs an own
  /// score and there is none.
  func value(of errors: RowErrors, own: Float?) -> Double {
    switch self {
    case .reconstruction(let measure): errors.value(of: measure)
    case .own, .mahalanobis, .defect, .patches, .structuralDissimilarity, .gradientDissimilarity, .mixed,
      .negativeLogLikelihood:
      own.map { Double($0) } ?? .nan
    case .relative: own.map { Double(Self.relativeScore($0)) } ?? .nan
    }
  }
}

extension ScoreMeasure: Codable {
  /// Decodes the ``rawValue``; unknown names are an error.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let measure = ScoreMeasure(rawValue: name) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no measure is called \(name)"))
    }
    self = measure
  }

  /// Encodes the ``rawValue``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
