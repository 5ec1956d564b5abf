import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Arrays with columns that a table would ignore")
struct ColumnSelectionTests {
  private let rows = (0..<40).map { [Double($0 % 7), 3, Double($0 % 5) * 0.5] }

  @Test(
    "A constant column of an array is kept, and scaled without a trap",
    arguments: [ScalingChoice.robust, .quantileNormal])
  func constantColumn(scaling: ScalingChoice) throws {
    var options = TrainingData.Options()
    options.scaling = scaling
    options.validationShare = 0
    for columns in [["a", "b", "c"], []] {
      let source = try MemorySource(rows: rows, columns: columns)
      let data = try TrainingData.load(source, options: options)
      #expect(data.schema.inputCount == 3 && data.training.rowCount == 40)
      let table = try #require(data.schema.table)
      let selected = try ColumnSelection.of(source, for: table)
      #expect(selected.layout.width == table.used.count)
    }
  }

  @Test("Columns are found by their names, and missing ones are an error")
  func names() throws {
    var options = TrainingData.Options()
    options.scaling = .robust
    let data = try TrainingData.load(MemorySource(rows: rows, columns: ["a", "b", "c"]), options: options)
    let table = try #require(data.schema.table)
    let swapped = try ColumnSelection.of(
      MemorySource(rows: rows.map { [$0[2], $0[0], $0[1]] }, columns: ["c", "a", "b"]), for: table)
    #expect(swapped.layout.columns == ["a", "b", "c"])
    let error = ingestError {
      _ = try ColumnSelection.of(MemorySource(rows: [[1, 2]], columns: ["a", "q"]), for: table)
    }
    guard case .missingColumns = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
