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
    switch preparation?.tiles?.score {
    case .maximum?: " An image's score is the largest of its tiles'."
    case .mean?: " An image's score is the mean of its tiles'."
    case .peak?: " An image's score is the largest of its pixels'."
    case nil: ""
    }
  }

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
