import Foundation
import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Decimal commas")
struct DecimalSignTests {
  /// A table without a header, a column a text with line ends between its cells.
  private func source(_ columns: [String], delimiter: String = ";", table: TableSchema? = nil) throws
    -> CSVSource
  {
    let cells = columns.map { $0.components(separatedBy: " ") }
    let lines = cells[0].indices.map { row in cells.map { $0[row] }.joined(separator: delimiter) + "\n" }
    let options = SourceOptions.with {
      $0.expectedTable = table
      $0.expectedColumns = table?.used.map(\.name)
    }
    let names = columns.indices.map { "c\($0)" }.joined(separator: delimiter)
    return try CSVSource(text: names + "\n" + lines.joined(), options: options)
  }

  @Test(
    "are detected, unless points or thousands make them ambiguous",
    arguments: [
      ("1,5 2 3,25", ";", true), ("1,5 2 3,25", "|", true), ("-1,5e3 +2,0 NA", "\t", true),
      ("1 2 3", ";", false),
      ("1.5 2 3", ";", false), ("1,5 2.5 3", ";", false), ("1,234 2,345 3,456", ";", false),
      ("1,234 2,345 3,456", "|", false), ("1,234 2,345 0,456", "|", true), ("1.234,5 2,5 3,5", ";", true),
      ("1,234,567 2,5 3,5", ";", false), ("1,234 2.5 3.5", ";", false), ("x,y a,b 1,5", ";", false),
    ])
  func found(_ cells: String, _ delimiter: String, _ isComma: Bool) throws {
    let source = try source([cells, "1 2 3"], delimiter: delimiter)
    #expect((source.decimalSigns[0] == .comma) == isComma)
    #expect(source.layout.notes.contains("decimal commas") == isComma)
  }

  @Test("in one column decide those in the others, unless a column has points")
  func neighbors() throws {
    let cells = ["1,5 2,25 3", "1,234 2,345 3,456", "1 2 3", "a b c"]
    #expect(try source(cells, delimiter: "|").decimalSigns == [.comma, .comma, .comma, .point])
    let signs = try source(cells + ["1.5 2 3"], delimiter: "|").decimalSigns
    #expect(signs[0] == .comma && signs[4] == .point && ![.comma, .point].contains(signs[1]))
  }

  @Test("are read like points by every reader and wherever the bytes are split")
  func values() throws {
    var text = "a;b;c\r\n1,5;-0,25;7\r\n \"2,5\" ; 1e-3;8\r\n\r\n"
    text += "0,12345678901234567890123;+3,0e2 ;9,5\r\n"
    let expected = [[1.5, -0.25, 7], [2.5, 0.001, 8], [0.12345678901234568, 300, 9.5]]
    for size in 1...text.utf8.count {
      let input = MemoryInput(name: "text", bytes: Array(text.utf8), pieceByteCount: size)
      let source = try CSVSource(input, options: SourceOptions(), blockByteCount: size)
      for reading in [source, source.allowingMissingCells(), source.withCells()] {
        #expect(try contents(of: reading).rows == expected, "pieces of \(size)")
      }
    }
  }

  @Test("are recorded by the columns of a table of numbers")
  func columns() throws {
    let source = try source(["1,5 2,25 3,5 9,75", "10 20 40 50"])
    let inspection = try TableInspection(source)
    #expect(!inspection.isAllNumbers && inspection.columns.allSatisfy(\.notation.hasDecimalComma))
    #expect(inspection.columns[0].reason == "every value is a number with a decimal comma")
    #expect(inspection.columns[1].reason == "every value is a whole number of at least 0")
    #expect(inspection.columns[0].numbers?.mean == 4.25 && inspection.columns[0].numbers?.largest == 9.75)
    let data = try TrainingData.load(source, options: .init())
    let table = try #require(data.schema.table)
    #expect(table.used[0].encoding.cells?.cell(1.5, text: nil) == .number(1.5))
    // The numbers of the next file may decide by themselves, in either way; otherwise the model's columns do.
    for cells in ["2,5 1,234 9", "2.5 1.234 9", "1,234 2,345 4,567"] {
      let read = try self.source([cells, "1 2 3"], delimiter: "|", table: table)
      let expected = cells.split(separator: " ").map { Double($0.replacing(",", with: "."))! }
      #expect(try contents(of: read).rows.map { $0[0] } == expected)
      #expect(read.layout.notes.contains("decimal commas") == cells.contains(","))
    }
  }

  @Test("that are ambiguous leave a column as text, with the reason")
  func doubtful() throws {
    let mixed = try TableInspection(source(["1,5 2.5 3,5 3,7 4,1", "1 2 4 8 9"])).columns[0]
    #expect(
      mixed.kind == .identifier
        && mixed.reason.hasSuffix("; some numbers have a decimal comma and others a point"))
  }

  @Test("a point among them is an error with its position and a remedy")
  func point() throws {
    let lines = (0..<600).map { "\($0),5;\($0 % 7)\n" }.joined()
    let error = ingestError {
      _ = try TrainingData.load(CSVSource(text: "a;b\n" + lines + "1.5;2\n"), options: .init())
    }
    #expect(
      error?.kind == .decimalPoint("1.5") && error?.position?.line == 602 && error?.position?.column == "a")
    #expect(
      error?.description.contains("\"1.5\" has a point, and the numbers of this column have decimal commas")
        == true)
  }

  @Test("may be in columns with missing cells, which are errors if a model allows none")
  func missing() throws {
    let source = try source(["1,5 NA 2,5", "1 2 3"])
    #expect(try contents(of: source.allowingMissingCells()).rows.map { $0[0].isNaN } == [false, true, false])
    #expect(ingestError { _ = try contents(of: source) }?.kind == .notANumber("NA"))
  }

  @Test("are read for a model of numbers")
  func numbersModel() throws {
    let options = SourceOptions.with { $0.expectedColumns = ["b", "a"] }
    let source = try CSVSource(text: "a;b\n1,5;2,25\n3;4\n", options: options)
    #expect(try contents(of: source).rows == [[2.25, 1.5], [4, 3]])
  }

  @Test(
    "that contradict points in other columns are fitted and scored as they are inspected",
    arguments: [
      ("10.70 11.77 12.84", "13,03 14,14 15,25"),
      ("7,346.72 4,880.28 1,003.61", "8.396,76 3.354,33 6.964,70"),
      ("$4,703.51 $8,500.12 $8,808.98", "67,62 92,09 56,11"),
      ("50.338184 50.435836 50.5", "4.439,46 5.951,73 3.154,00"),
    ])
  func contradiction(_ points: String, _ commas: String) throws {
    let source = try source([points, commas, "a b a"])
    let inspected = try TableInspection(source).columns
    let data = try TrainingData.load(source)
    let table = try #require(data.schema.table)
    #expect(
      inspected[0].numbers == table.columns[0].numbers && inspected[1].numbers == table.columns[1].numbers)
    let expected = [points, commas].map { text in
      text.split(separator: " ").map { cell -> Double in
        let isComma = text == commas
        let plain = cell.filter { $0.isNumber || $0 == (isComma ? "," : ".") }
        return Double(plain.replacing(",", with: "."))!
      }
    }
    for read in [try source.typed(asDecidedBy: table), try source.typed(by: table)] {
      let rows = try contents(of: read).rows
      #expect(rows.map { $0[0] } == expected[0] && rows.map { $0[1] } == expected[1])
    }
    // Ambiguous numbers are read like the model's columns.
    let open = try self.source(["1.234", "1.234", "a"], table: table)
    #expect(try contents(of: open).rows[0].prefix(2) == [1.234, 1234])
  }
}
