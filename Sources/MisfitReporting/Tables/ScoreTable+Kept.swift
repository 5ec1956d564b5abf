import Misfit
import MisfitIngest
import MisfitReports

extension ScoreTable {
  /// How rows are written.
  package enum Format: String, CaseIterable, Sendable {
    /// Comma-separated, with a header.
    case csv
    /// An object of JSON a line, with the names that `--json` has elsewhere.
    case jsonLines = "jsonl"

    /// The format that the ending of a path says; CSV for any other.
    package init(of path: String) {
      self = [".jsonl", ".ndjson"].contains { path.lowercased().hasSuffix($0) } ? .jsonLines : .csv
    }
  }
}

/// The names of the kept columns beside those of the scores.
struct KeptNames {
  /// The names as they are written: one that a column of scores has is followed by a number.
  private(set) var names: [String] = []
  /// Which of the kept cells stand under them.
  private var indices: [Int] = []

  var isEmpty: Bool { names.isEmpty }

  init() {}

  /// The id or label column is not written twice under one name.
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

  /// A cell in JSON: null where it is empty, a number where JSON writes numbers so and a double holds all
  /// digits, else a text.
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

  /// Whether bytes are a number by the grammar of JSON, which has no leading zeros and no bare points.
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
