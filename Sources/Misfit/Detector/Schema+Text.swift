import MisfitCore
import MisfitIngest

extension Schema {
  /// The scaling of the values as text for users, such as `standardized`.
  package var scalingText: String {
    if table != nil, scaling == .standard { return "each as its kind needs" }
    switch scaling {
    case .robust: return "scaled by their quartiles"
    case .quantileNormal: return "given the quantiles of a normal distribution"
    case .standard: return "standardized"
    case .minMax:
      return Set(scales).count == 1 && Set(offsets) == [0] && scales.first == 255
        ? "pixels divided by 255" : "scaled to [0, 1]"
    case .none, .automatic: return "kept as they are"
    }
  }

  /// A sentence on how the scores of tiles are combined, preceded by a space; empty without tiles.
  package var tileScoreText: String {
    preparation?.tiles.map { " An image's score is \($0.score.text)." } ?? ""
  }

  /// Whether the scores of images come from maps of the scores of their pixels.
  package var hasScoreMaps: Bool { preparation?.tiles?.score.isOfMap ?? false }

  /// The names of the constant columns.
  package var constantColumnNames: [String] {
    constantColumns.map { featureName(at: $0) }
  }
}

extension Detector {
  /// The name of the calibration samples for people: `held-out rows`, or images if they are cut into tiles.
  package var calibrationText: String {
    guard schema.preparation?.tiles != nil else { return calibration.origin.title }
    return switch calibration.origin {
    case .validation: "held-out images"
    case .training: "images trained on"
    case .all: "images"
    case .leaveOneOut: "images, each tile without itself"
    case .crossValidation: "images, each scored by a model fitted without it"
    case .given: "calibration images"
    }
  }
}

extension TileScore {
  /// The score of an image in a sentence: `the largest of its pixels'`.
  var text: String {
    switch self {
    case .maximum: "the largest of its tiles'"
    case .mean: "the mean of its tiles'"
    case .peak: "the largest of its pixels'"
    case .top: "the mean of the highest thousandth of its pixels'"
    }
  }
}
