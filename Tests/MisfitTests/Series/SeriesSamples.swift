import Foundation
import MisfitCore
import MisfitIngest
import MisfitModels

@testable import Misfit

/// Small series, and what the reader makes of them.
enum SeriesSamples {
  /// Returns the text of a time, some minutes after the beginning of 2024.
  static func time(_ minute: Int) -> String {
    let (day, hour, rest) = (minute / 1_440 + 1, minute / 60 % 24, minute % 60)
    return String(format: "2024-01-%02d %02d:%02d:00", day, hour, rest)
  }

  /// Returns a value at a row: a bump every 24 rows, with noise of at most 0.1.
  static func bump(_ row: Int) -> Double {
    let phase = row % 24
    return 10 + (phase < 12 ? 5 * Mathematics.sin(Double(phase) / 12 * .pi) : 0)
  }

  /// Returns the noise of a row: the same for the same row and stream.
  static func noise(_ row: Int, stream: UInt64 = 0) -> Double {
    var generator = SeededGenerator(seed: UInt64(row) &* 31 &+ 7, stream: stream)
    return 0.2 * Double(generator.nextUnitFloat()) - 0.1
  }

  /// Returns a table of a column of times, one row a minute, and a column of values.
  static func table(rows: Int = 360, value: (Int) -> Double = { bump($0) + noise($0) }) -> String {
    "time,v\n" + (0..<rows).map { "\(time($0)),\(value($0))\n" }.joined()
  }

  static func source(
    _ text: String, name: String = "series", kinds: [String: ColumnKind] = [:]
  ) throws -> CSVSource {
    var options = SourceOptions()
    options.typing.kinds = kinds
    return try CSVSource(text: text, name: name, options: options)
  }

  /// Options of a quick fit: windows of 24 rows, begun every third row.
  static func options(_ model: ModelChoice = .neighbors, window: Int? = 24) -> FitOptions {
    var options = FitOptions(
      model: model, series: SeriesOptions(window: window, stride: window.map { $0 / 8 }))
    options.run.threadCount = 1
    return options
  }

  /// Reads a table as a series without scaling; `window` rows are a window, and `step` is the regular step.
  static func read(
    _ text: String, _ options: SeriesOptions, window: Int = 4, step: Double? = nil,
    kinds: [String: ColumnKind] = [:]
  ) throws -> (rows: SeriesRows, findings: SeriesFindings) {
    let (record, source) = try record(text, options, window: window, step: step, kinds: kinds)
    var reader = SeriesReader(record, source: source, threadCount: 1)
    let rows = try reader.read()
    return (rows, reader.findings)
  }

  static func record(
    _ text: String, _ options: SeriesOptions, window: Int = 4, step: Double? = nil,
    kinds: [String: ColumnKind] = [:]
  ) throws -> (SeriesRecord, any RecordSource) {
    let source = try source(text, kinds: kinds)
    var loading = TrainingData.Options()
    loading.scaling = .none
    loading.tableScaling = ScalingChoice.none
    loading.hasIndicators = false
    if let name = options.seriesColumn, source.layout.columns.contains(name) {
      loading.kinds[name] = .categorical
    }
    let schema = try TrainingData.schema(of: source, options: loading) { _ in }
    var record = try SeriesPlanning(options, schema: schema, source: source.name).record()
    record.windows.length = window
    record.step = step
    return (record, try source.fittedForLearning(to: schema))
  }
}

extension SeriesRows {
  /// The values of a column, in the order of the rows.
  func column(_ column: Int = 0) -> [Float] { (0..<count).map { values[$0][column] } }
}
