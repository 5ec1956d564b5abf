import Misfit
import MisfitIngest
import MisfitReports

extension ScoreTable {
  /// The file format of a table of scores.
  package enum Format: String, CaseIterable, Sendable {
    /// CSV with a header.
    case csv
    /// One JSON object a line, with the same names as `--json` output.
    case jsonLines = "jsonl"
    /// Arrow: a file, or a stream to standard output, to a pipe, and to a path that ends in `.arrows`.
    case arrow

    /// Returns the format of a path's extension, before one of a compression; CSV for unknown extensions.
    package init(of path: String) {
      let name = CompressedOutput.name(path).lowercased()
      self =
        [".jsonl", ".ndjson"].contains { name.hasSuffix($0) }
        ? .jsonLines : [".arrow", ".arrows", ".feather"].contains { name.hasSuffix($0) } ? .arrow : .csv
    }
  }
}

/// The names of the kept columns, made unique among the columns of scores.
struct KeptNames {
  /// The names as written: a name that a column of scores already has gets a number appended.
  private(set) var names: [String] = []
  /// The index of the kept cell of each name.
  private var indices: [Int] = []

  var isEmpty: Bool { names.isEmpty }

  init() {}

  /// Creates names for the kept columns of a layout.
  ///
  /// The id and label columns are not written twice under one name.
  init(_ layout: RecordLayout, beside columns: [String]) {
    var taken = Set(columns)
    for (index, name) in layout.keptColumns.enumerated() {
      if name == "id", layout.idColumn == name { continue }
      if name == "label", layout.labelColumn == name { continue }
      var unique = name
      var number = 2
      while !taken.insert(unique).inserted {
        unique = "\(name)_\(number)"
        number += 1
      }
      names.append(unique)
      indices.append(index)
    }
  }

  func cells(of batch: ScoredBatch, at index: Int) -> [String] {
    let cells = batch.keptCells(at: index)
    return indices.map { cells[$0] }
  }

  /// Returns a cell as JSON: null if it is empty, a number if it is valid JSON and a Double holds all its
  /// digits, else a string.
  static func value(of cell: String) -> JSONValue {
    if cell.isEmpty { return .null }
    let bytes = Array(cell.utf8)
    guard isNumber(bytes) else { return .string(cell) }
    if let whole = Int(cell) { return whole.magnitude <= 1 << 53 ? .integer(whole) : .string(cell) }
    guard bytes.count(where: { $0 &- 48 <= 9 }) <= 17, let number = Double(cell), number.isFinite else {
      return .string(cell)
    }
    return .number(number)
  }

  /// Returns whether bytes are a number by the JSON grammar, which has no leading zeros and no bare decimal
  /// points.
  private static func isNumber(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    func digits() -> Int {
      let count = rest.prefix { $0 &- 48 <= 9 }.count
      rest.removeFirst(count)
      return count
    }
    func take(_ choices: String) -> Bool {
      guard let first = rest.first, choices.utf8.contains(first) else { return false }
      rest.removeFirst()
      return true
    }
    _ = take("-")
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !startsWithZero || whole == 1 else { return false }
    if take("."), digits() == 0 { return false }
    if take("eE") {
      _ = take("+-")
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
