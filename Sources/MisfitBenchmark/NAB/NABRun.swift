import Misfit
import MisfitReporting
import MisfitStreams

/// A measurement of the alarms of a ``Watcher`` on the series of NAB: without labels, with one set of
/// defaults.
struct NABRun {
  static let help = """
    usage: misfit-benchmark nab --data DIR [--recipe default|prototype] [--learn ROWS] [--alarms] [--json]

    Scores the alarms of the stream detector on the Numenta Anomaly Benchmark. DIR has data/ and
    labels/combined_windows.json. The threshold is fixed: no label is looked at.

      --data DIR      the folder of NAB
      --recipe NAME   default, or prototype: score above 4.4, every alarm is reported
      --learn ROWS    learn models of windows, too, from the first rows
      --alarms        print the rows of all alarms
      --json          print one JSON object a line
    """

  private var folder = ""
  private var recipe = WatchRecipe()
  private var learnedRowCount = 0
  private var printsAlarms = false
  private var writesJSON = false

  /// Parses the arguments after `nab`.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `usage`.
  init(_ words: [String]) throws(BenchmarkError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--json": writesJSON = true
      case "--alarms": printsAlarms = true
      case "--data": folder = rest.popFirst() ?? ""
      case "--learn":
        guard let count = rest.popFirst().flatMap({ Int($0) }), count >= WatchOptions.leastLearnedRowCount
        else {
          throw BenchmarkError(.usage("--learn needs at least \(WatchOptions.leastLearnedRowCount) rows"))
        }
        learnedRowCount = count
      case "--recipe":
        switch rest.popFirst() {
        case "default": recipe = WatchRecipe()
        case "prototype": recipe = .prototype
        default: throw BenchmarkError(.usage("--recipe is default or prototype"))
        }
      default: throw BenchmarkError(.usage("unknown flag \(word)"))
      }
    }
    guard !folder.isEmpty else {
      throw BenchmarkError(.usage("nab needs the folder of the series: --data DIR"))
    }
  }

  /// Runs all series and prints a line for each, then the scores of all.
  ///
  /// - Throws: ``BenchmarkError``, and any error of reading.
  func run() throws {
    var total = NABScore()
    var seconds = 0.0
    let all = try NABSeries.all(in: folder)
    for series in all {
      let (length, alarms) = try Stopwatch.time { try watchedAlarms(on: series) }
      seconds += length
      var score = NABScore()
      score.add(series, alarms: alarms)
      total.add(score)
      print(line(of: score, named: series.name, alarms))
    }
    let rowCount = all.reduce(0) { $0 + $1.values.count }
    print(line(of: total, named: "all", []))
    let perRow = NumberText.fixed(seconds / Double(rowCount) * 1e6, decimals: 2)
    Report.note("\(NumberText.grouped(rowCount)) rows, \(perRow) microseconds a row")
  }

  /// Returns the rows that alarm.
  private func watchedAlarms(on series: NABSeries) throws -> [Int] {
    var options = WatchOptions()
    options.learnedRowCount = learnedRowCount
    options.recipe = recipe
    options.recipe.warmUpCount = series.probation
    options.driftRate = 0
    let watcher = Watcher(columns: ["value"], options: options)
    return try series.values.indices.filter { try watcher.observe(StreamRow([series.values[$0]])).isAlarm }
  }

  private func line(of score: NABScore, named name: String, _ alarms: [Int]) -> String {
    if writesJSON {
      var object: JSONObject = [
        "series": JSONValue(name), "hits": JSONValue(score.hitCount), "windows": JSONValue(score.windowCount),
        "falseAlarms": JSONValue(score.falseAlarmCount),
      ]
      for profile in NABProfile.all {
        object[profile.name] = score.value(profile).map { JSONValue($0) } ?? .null
      }
      if printsAlarms { object["alarms"] = .array(alarms.map { JSONValue($0) }) }
      return JSONText.compact(.object(object))
    }
    let scores = NABProfile.all.map { profile in
      "\(profile.name) " + (score.value(profile).map { NumberText.fixed($0, decimals: 1) } ?? "-")
    }
    let counts = "\(score.hitCount) of \(score.windowCount) windows, \(score.falseAlarmCount) false alarms"
    let rows =
      printsAlarms && !alarms.isEmpty ? "  rows " + alarms.map(String.init).joined(separator: " ") : ""
    return "\(name): \(counts), \(scores.joined(separator: ", "))\(rows)"
  }
}
