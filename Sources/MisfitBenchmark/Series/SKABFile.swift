import Misfit
import MisfitReporting

/// A file of the Skoltech Anomaly Benchmark: eight sensors of a water circuit, with a label for each second.
///
/// Katser and Kozitsin, "Skoltech Anomaly Benchmark (SKAB)" (2020).
struct SKABFile {
  let name: String
  /// The lines of the file; the first one has the names of the columns.
  private let lines: [Substring]
  let isAnomaly: [Bool]

  static let timeColumn = "datetime"
  static let labelColumns = ["anomaly", "changepoint"]
  /// The number of rows that are learned.
  static let learnedCount = 400
  private static let folders = ["valve1", "valve2", "other"]

  /// Parses a file, whose cells are separated by semicolons.
  ///
  /// - Throws: ``BenchmarkError`` if it has no labels, or too few rows.
  init(name: String, text: String) throws(BenchmarkError) {
    let lines = text.split(whereSeparator: \.isNewline)
    let header = lines.first?.split(separator: ";") ?? []
    guard let column = header.firstIndex(of: "anomaly"), lines.count > Self.learnedCount + 1 else {
      throw BenchmarkError(.noData("\(name) has no labels, or too few rows", remedy: "download it again"))
    }
    var labels: [Bool] = []
    for line in lines.dropFirst() {
      let cells = line.split(separator: ";", omittingEmptySubsequences: false)
      guard cells.count == header.count, let label = Double(cells[column]) else {
        throw BenchmarkError(
          .noData("\(name): line \(labels.count + 2) is malformed", remedy: "download it again"))
      }
      labels.append(label == 1)
    }
    self.name = name
    self.lines = lines
    isAnomaly = labels
  }

  /// Reads all files with anomalies.
  ///
  /// - Throws: ``FileError``, ``BenchmarkError``.
  static func all(in folder: String) throws -> [SKABFile] {
    let present = Set(try FileSystem.names(in: folder))
    var files: [SKABFile] = []
    for part in folders where present.contains(part) {
      for name in try FileSystem.names(in: "\(folder)/\(part)").sorted() where name.hasSuffix(".csv") {
        let file = try ByteFile.reading("\(folder)/\(part)/\(name)")
        var bytes: [UInt8] = []
        while try file.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
        files.append(try SKABFile(name: "\(part)/\(name)", text: String(decoding: bytes, as: UTF8.self)))
      }
    }
    return files
  }

  /// Writes the header and some rows.
  ///
  /// - Throws: ``FileError``.
  func write(to path: String, rows: Range<Int>) throws(FileError) {
    var text = "\(lines[0])\n"
    for row in rows { text += "\(lines[row + 1])\n" }
    try OutputFile.write(text.utf8, to: path)
  }
}

/// The counts of flags on labelled rows.
struct FlagCounts: Hashable {
  private(set) var hits = 0
  private(set) var misses = 0
  private(set) var falseAlarms = 0
  private(set) var quiet = 0

  init() {}

  init(flags: [Bool], isAnomaly: [Bool]) {
    for (flag, label) in zip(flags, isAnomaly) {
      switch (flag, label) {
      case (true, true): hits += 1
      case (false, true): misses += 1
      case (true, false): falseAlarms += 1
      case (false, false): quiet += 1
      }
    }
  }

  mutating func add(_ other: FlagCounts) {
    hits += other.hits
    misses += other.misses
    falseAlarms += other.falseAlarms
    quiet += other.quiet
  }

  /// The harmonic mean of precision and recall; nil without flags and labels.
  var f1: Double? {
    let total = 2 * hits + misses + falseAlarms
    return total == 0 ? nil : 2 * Double(hits) / Double(total)
  }

  /// The share of the normal rows that are flagged; nil without normal rows.
  var falseAlarmRate: Double? { Self.share(falseAlarms, quiet) }

  /// The share of the anomalous rows that are not flagged; nil without such rows.
  var missedAlarmRate: Double? { Self.share(misses, hits) }

  private static func share(_ count: Int, _ rest: Int) -> Double? {
    count + rest == 0 ? nil : Double(count) / Double(count + rest)
  }

  func line(named name: String) -> String {
    func text(_ value: Double?, _ factor: Double, _ decimals: Int) -> String {
      value.map { NumberText.fixed($0 * factor, decimals: decimals) } ?? "-"
    }
    return "\(name): F1 \(text(f1, 1, 3)), false alarm rate \(text(falseAlarmRate, 100, 1)) %, "
      + "missed alarm rate \(text(missedAlarmRate, 100, 1)) %"
  }

  func json(named name: String) -> String {
    var object: JSONObject = ["file": JSONValue(name)]
    object["f1"] = f1.map { JSONValue($0) } ?? .null
    object["falseAlarmRate"] = falseAlarmRate.map { JSONValue($0) } ?? .null
    object["missedAlarmRate"] = missedAlarmRate.map { JSONValue($0) } ?? .null
    return JSONText.compact(.object(object))
  }
}
