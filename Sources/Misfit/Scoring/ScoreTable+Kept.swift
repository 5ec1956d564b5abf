import MisfitIngest
import MisfitReports

extension ScoreTable {
  /// How rows are written.
  public enum Format: String, CaseIterable, Sendable {
    /// Comma-separated, with a header.
    case csv
    /// An object of JSON a line, with the names that `--json` has elsewhere.
    case jsonLines = "jsonl"

    /// The format that the ending of a path says; CSV for any other.
    public init(of path: String) {
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

  /// A cell in JSON: null where it is empty, a number where it is written as JSON writes numbers, else a text.
  static func value(of cell: String) -> JSONValue {
    if cell.isEmpty { return .null }
    if let whole = Int(cell), String(whole) == cell { return .integer(whole) }
    if let number = Double(cell), number.description == cell, number.isFinite { return .number(number) }
    return .string(cell)
  }
}
