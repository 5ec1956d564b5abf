import Misfit
import MisfitCore
import MisfitReporting

/// A series of problem sizes in which one dimension grows, on a fixed number of threads.
struct GrowthCurve {
  /// The dimension that grows.
  var title: String
  var points: [GrowthPoint]

  /// Returns the curves: rows at 30 features, and features at 10,000 rows, each with one and two threads.
  static func all(isLong: Bool) -> [GrowthCurve] {
    let rows = [10_000, 100_000, 1_000_000] + (isLong ? [10_000_000] : [])
    let features = [10, 30, 100, 300, 1000, 2000]
    return [1, 2].flatMap { threads in
      [
        GrowthCurve(
          title: "rows, 30 features, \(CountText.of(threads, "thread"))",
          points: rows.map { GrowthPoint(rowCount: $0, featureCount: 30, threadCount: threads) }),
        GrowthCurve(
          title: "features, 10,000 rows, \(CountText.of(threads, "thread"))",
          points: features.map { GrowthPoint(rowCount: 10_000, featureCount: $0, threadCount: threads) }),
      ]
    }
  }
}

/// The measurements of a curve, and the sizes at which it is not linear.
struct GrowthFigures {
  /// The factor over the best earlier time for a value up to which a curve counts as linear.
  static let tolerance = 1.5

  let curve: GrowthCurve
  let measurements: [Measurement]

  /// Returns the seconds for a value, of training (0) or scoring (1).
  func secondsPerValue(_ index: Int, of part: Int) -> Double {
    measurements[index].seconds[part] / Double(curve.points[index].valueCount)
  }

  /// A sentence for each point whose values take longer than those of the smaller sizes.
  var bends: [String] {
    ["training", "scoring"].enumerated().flatMap { part, name in
      measurements.indices.dropFirst().compactMap { index in
        let least = (0..<index).map { secondsPerValue($0, of: part) }.min() ?? .infinity
        let factor = secondsPerValue(index, of: part) / least
        guard factor > Self.tolerance else { return nil }
        let point = curve.points[index]
        return "not linear: \(name) of \(NumberText.grouped(point.rowCount)) x \(point.featureCount) takes "
          + "\(NumberText.fixed(factor, decimals: 2)) times as long for a value as the best size before it"
      }
    }
  }

  /// The table for people.
  var lines: [String] {
    let title = ["rows", "features", "epoch s", "ns a value", "scoring s", "ns a value", "peak memory"]
    let rows = curve.points.indices.map { index in
      let point = curve.points[index]
      let parts = [0, 1].flatMap { part in
        [
          NumberText.significant(measurements[index].seconds[part], digits: 3),
          NumberText.fixed(secondsPerValue(index, of: part) * 1e9, decimals: 2),
        ]
      }
      let memory = measurements[index].peakMemoryBytes.map(NumberText.bytes) ?? ""
      return [NumberText.grouped(point.rowCount), NumberText.grouped(point.featureCount)] + parts + [memory]
    }
    return [curve.title] + TextTable.lines([title] + rows).map { "  " + $0 } + bends.map { "  " + $0 }
  }

  /// The lines for programs, one for each point.
  var json: [JSONObject] {
    curve.points.indices.map { index in
      let point = curve.points[index]
      return [
        "case": "growth", "curve": JSONValue(curve.title), "rows": .integer(point.rowCount),
        "features": .integer(point.featureCount), "threads": .integer(point.threadCount),
        "epochSeconds": .number(measurements[index].seconds[0]),
        "scoreSeconds": .number(measurements[index].seconds[1]),
        "trainSecondsPerValue": .number(secondsPerValue(index, of: 0)),
        "scoreSecondsPerValue": .number(secondsPerValue(index, of: 1)),
        "peakMemoryBytes": JSONValue(measurements[index].peakMemoryBytes),
        "memoryLimitBytes": .integer(GrowthPoint.memoryLimitBytes),
      ]
    }
  }
}
