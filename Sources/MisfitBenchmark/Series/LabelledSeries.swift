import Misfit
import MisfitReporting

/// A series of NAB in the order of time, with a label for each row.
struct LabelledSeries {
  let name: String
  let times: [String]
  let values: [Double]
  let isAnomaly: [Bool]

  static let timeColumn = "timestamp"
  /// The share of the rows that are learned.
  private static let learnedShare = 0.15

  init(name: String, times: [String], values: [Double], isAnomaly: [Bool]) {
    self.name = name
    self.times = times
    self.values = values
    self.isAnomaly = isAnomaly
  }

  /// Orders the rows of a series, and labels those whose times are in a window.
  init(_ series: NABSeries) {
    let order = series.times.indices.sorted { (series.times[$0], $0) < (series.times[$1], $1) }
    let bounds = series.windows.map { series.times[$0.lowerBound]...series.times[$0.upperBound] }
    let times = order.map { series.times[$0] }
    self.init(
      name: series.name, times: times, values: order.map { series.values[$0] },
      isAnomaly: times.map { time in bounds.contains { $0.contains(time) } })
  }

  var learnedCount: Int { Int(Self.learnedShare * Double(values.count)) }

  /// Whether a row that is not learned is labelled.
  var hasEvents: Bool { isAnomaly.dropFirst(learnedCount).contains(true) }

  /// Measures the scores of the rows that are not learned.
  func volume(of scores: [Double]) -> RangeVolume {
    RangeVolume(
      scores: Array(scores.dropFirst(learnedCount)), labels: Array(isAnomaly.dropFirst(learnedCount)))
  }

  /// Writes the first rows as CSV, and returns the path.
  ///
  /// - Throws: ``FileError``.
  func write(to path: String, rowCount: Int) throws(FileError) -> String {
    var text = "\(Self.timeColumn),value\n"
    for row in 0..<rowCount { text += "\(times[row]),\(values[row])\n" }
    try OutputFile.write(text.utf8, to: path)
    return path
  }
}

/// The volumes of several detectors on one series, or their means.
struct WindowFigures {
  let series: String
  /// The seconds of a fit and a scoring pass.
  var seconds = 0.0
  private(set) var volumes: [(name: String, volume: RangeVolume)] = []

  init(series: String) { self.series = series }

  /// Takes the means over series; a detector is left out unless all of them have it.
  init(meanOf all: [WindowFigures]) {
    self.init(series: "mean of \(all.count) series")
    let count = Double(all.count)
    seconds = all.reduce(0) { $0 + $1.seconds } / count
    for name in all[0].volumes.map(\.name) {
      let found = all.flatMap { $0.volumes.filter { $0.name == name }.map(\.volume) }
      guard found.count == all.count else { continue }
      add(
        name,
        RangeVolume(
          underPrecision: found.reduce(0) { $0 + $1.underPrecision } / count,
          underROC: found.reduce(0) { $0 + $1.underROC } / count))
    }
  }

  mutating func add(_ name: String, _ volume: RangeVolume) { volumes.append((name, volume)) }

  /// VUS-PR of all detectors.
  var line: String {
    let figures = volumes.map { "\($0.name) \(NumberText.fixed($0.volume.underPrecision, decimals: 3))" }
    return "\(series): VUS-PR \(figures.joined(separator: ", ")); \(NumberText.duration(seconds: seconds))"
  }

  /// A line with both volumes for each detector.
  var lines: [String] {
    volumes.map { name, volume in
      let precision = NumberText.fixed(volume.underPrecision, decimals: 3)
      return "\(name): VUS-PR \(precision), VUS-ROC \(NumberText.fixed(volume.underROC, decimals: 3))"
    }
  }

  var json: String {
    var object: JSONObject = ["series": JSONValue(series), "seconds": JSONValue(seconds)]
    for (name, volume) in volumes {
      object[name] = .object([
        "vusPR": JSONValue(volume.underPrecision), "vusROC": JSONValue(volume.underROC),
      ])
    }
    return JSONText.compact(.object(object))
  }
}
