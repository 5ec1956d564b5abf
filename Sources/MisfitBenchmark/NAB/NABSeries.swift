import Misfit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A series of the Numenta Anomaly Benchmark with its labelled windows.
///
/// Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms" (2015).
struct NABSeries {
  var name: String
  var values: [Double]
  /// The times of the values as text whose order is theirs; empty for values without times.
  var times: [String] = []
  /// The first and last row of each window.
  var windows: [ClosedRange<Int>]
  /// The number of first rows that are not scored.
  var probation: Int

  init(name: String, values: [Double], windows: [ClosedRange<Int>]) {
    self.name = name
    self.values = values
    self.windows = windows
    probation = min(Int(0.15 * Double(values.count)), 750)
  }

  /// Reads all series of a folder that has labels in `labels/combined_windows.json`.
  ///
  /// - Throws: ``BenchmarkError`` if a file is missing or malformed.
  static func all(in folder: String) throws -> [NABSeries] {
    let path = "\(folder)/labels/combined_windows.json"
    guard let bytes = try? bytes(of: path),
      let windows = try? JSONDecoder().decode([String: [[String]]].self, from: Data(bytes))
    else {
      throw BenchmarkError(
        .noData("\(path) is missing or malformed", remedy: "pass the folder of NAB with --data"))
    }
    return try windows.keys.sorted().map { name in
      try NABSeries(name: name, path: "\(folder)/data/\(name)", windows: windows[name] ?? [])
    }
  }

  private init(name: String, path: String, windows: [[String]]) throws {
    var values: [Double] = []
    var times: [String] = []
    var rows: [Substring: Int] = [:]
    let text = String(decoding: try Self.bytes(of: path), as: UTF8.self)
    for line in text.split(whereSeparator: \.isNewline).dropFirst() {
      let cells = line.split(separator: ",")
      guard cells.count == 2, let value = Double(cells[1]) else { throw Self.malformed(path) }
      if rows[cells[0].prefix(19)] == nil { rows[cells[0].prefix(19)] = values.count }
      values.append(value)
      times.append(String(cells[0].prefix(19)))
    }
    let ranges = try windows.map { bounds in
      guard bounds.count == 2, let first = rows[bounds[0].prefix(19)], let last = rows[bounds[1].prefix(19)],
        first <= last
      else { throw Self.malformed(path) }
      return first...last
    }
    self.init(name: name, values: values, windows: ranges)
    self.times = times
  }

  private static func malformed(_ path: String) -> BenchmarkError {
    BenchmarkError(.noData("\(path) does not match its labels", remedy: "download it again"))
  }

  private static func bytes(of path: String) throws -> [UInt8] {
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    while try file.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
    return bytes
  }
}
