import Foundation
import MisfitCore
import MisfitImages
import MisfitPlots

/// Data for the plots' tests, typical and hostile.
enum Samples {
  /// Values round a center, skewed to the right as errors are.
  static func errors(_ count: Int, seed: UInt64, center: Double, spread: Double) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let normal = (0..<6).reduce(0.0) { sum, _ in sum + generator.nextUnitDouble() - 0.5 } * 1.41
      return center * exp(spread * normal)
    }
  }

  static func histogram(
    _ name: String, _ values: [Double], from low: Double, to high: Double, bins: Int,
    caption: String? = nil
  ) -> HistogramSeries {
    let width = (high - low) / Double(bins)
    var counts = [Int](repeating: 0, count: bins)
    var (below, above) = (0, 0)
    for value in values {
      if value < low {
        below += 1
      } else if value > high {
        above += 1
      } else {
        counts[min(Int((value - low) / width), bins - 1)] += 1
      }
    }
    let edges = (0...bins).map { low + Double($0) * width }
    return HistogramSeries(
      name: name, edges: edges, counts: counts, countBelow: below, countAbove: above, caption: caption)
  }

  static let longTitle =
    "Reconstruction errors of the vibration sensors on the third production line, measured between the "
    + "eleventh of March and the second of April, without the two days of maintenance, "
    + "against the model of February"
}
