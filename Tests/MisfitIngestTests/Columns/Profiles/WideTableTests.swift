import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Tables of very many columns")
struct WideTableTests {
  /// Numbers, texts, dates and missing cells, in turn.
  private func text(columns: Int, rows: Int) -> String {
    func cell(_ row: Int, _ column: Int) -> String {
      switch column % 5 {
      case 0: "\((row &* 7919 &+ column) % 97)"
      case 1: ["red", "green", "blue"][(row + column) % 3]
      case 2: "2024-01-\(10 + row % 19)"
      case 3: row % 3 == 0 ? "" : "\(Double(row) / 4)"
      default: row == 1 ? "NA" : "t\(row)"
      }
    }
    let names = (0..<columns).map { "c\($0)" }.joined(separator: ",")
    let records = (0..<rows).map { row in
      (0..<columns).map { cell(row, $0) }.joined(separator: ",")
    }
    return ([names] + records).joined(separator: "\n") + "\n"
  }

  /// A few of the columns, read as a table of their own.
  private func columns(_ range: Range<Int>, of text: String) -> String {
    text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false)[range].joined(separator: ",")
    }.joined(separator: "\n") + "\n"
  }

  @Test(
    "Columns are the same whether their cells are collected or profiled one by one",
    arguments: [6, 12])
  func sameColumns(rows: Int) throws {
    let wide = text(columns: 2500, rows: rows)
    let inspection = try TableInspection(CSVSource(text: wide), threadCount: 2)
    #expect(inspection.rowCount == rows && inspection.columns.count == 2500)
    let narrow = try TableInspection(CSVSource(text: columns(1200..<1210, of: wide)), threadCount: 1)
    for (one, other) in zip(inspection.columns[1200..<1210], narrow.columns) {
      #expect(one.kind == other.kind && one.reason == other.reason && one.levels == other.levels)
      #expect(one.distinctCount == other.distinctCount && one.missingCount == other.missingCount)
      #expect(one.numbers?.median == other.numbers?.median && one.dates == other.dates)
      #expect(abs((one.numbers?.mean ?? 0) - (other.numbers?.mean ?? 0)) < 1e-9)
    }
    #expect(try TableInspection(CSVSource(text: wide), threadCount: 1).columns == inspection.columns)
  }

  @Test(
    "A counter of few values needs no registers, and estimates the same", arguments: [0, 1, 31, 32, 33, 500])
  func counting(count: Int) {
    var whole = DistinctCounter()
    var parts = [DistinctCounter(), DistinctCounter(), DistinctCounter()]
    for value in 0..<count {
      let hash = CellText.mixed(UInt64(value))
      whole.add(hash)
      whole.add(hash)
      parts[value % 3].add(hash)
    }
    for part in parts.dropFirst() { parts[0].merge(part) }
    #expect(parts[0].estimate == whole.estimate)
    #expect(abs(whole.estimate - count) <= max(1, count / 20))
  }
}
