import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Rows in memory")
struct MemorySourceTests {
  @Test("rows are read back with names, identifiers and labels")
  func rows() throws {
    let rows = [[1.0, 2], [3, 4], [5, 6], [7, 8]]
    let ids = ["a", "b", "c", "d"]
    let source = try MemorySource(rows: rows, columns: ["x", "y"], ids: ids, labels: ["p", "q", "p", "q"])
    let contents = try contents(of: source)
    #expect(contents.rows == rows && contents.ids == ids && contents.labels == ["p", "q", "p", "q"])
    #expect(source.layout.columns == ["x", "y"] && source.layout.rowCount == 4)
    #expect(try MemorySource(rows: rows).layout.columns == ["column_1", "column_2"])
  }

  @Test("no rows, ragged rows and values that are not finite are errors")
  func mistakes() {
    #expect(ingestError { _ = try MemorySource(rows: []) }?.kind == .empty)
    #expect(ingestError { _ = try MemorySource(rows: [[]]) }?.kind == .empty)
    let ragged = ingestError { _ = try MemorySource(rows: [[1, 2], [3]]) }
    #expect(ragged?.kind == .raggedRecord(expected: 2, found: 1))
    #expect(ragged?.position?.record == 2)
    let infinite = ingestError { _ = try MemorySource(rows: [[1, 2], [3, -.infinity]]) }
    #expect(infinite?.kind == .notFinite("-inf"))
    #expect(infinite?.position?.column == "column_2")
  }
}
