import Foundation
import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Columns of numbers with a few extreme values")
struct ExtremeValueTests {
  /// Two columns of uniform numbers, of which every `step`-th of the second is 10,000; 0 for none.
  private func table(rows: Int = 900, step: Int) throws -> CSVSource {
    var generator = SeededGenerator(seed: 3)
    var text = "a,b\n"
    for row in 0..<rows {
      let wild = step > 0 && row % step == 7
      text += "\(generator.nextUnitFloat()),\(wild ? 10_000 : 10 * Double(generator.nextUnitFloat()) - 5)\n"
    }
    return try CSVSource(text: text)
  }

  private func load(_ source: any RecordSource, scaling: ScalingChoice = .automatic) throws -> TrainingData {
    var options = TrainingData.Options()
    options.scaling = .standard
    options.tableScaling = scaling
    options.validationShare = 0
    return try TrainingData.load(source, options: options)
  }

  @Test(
    "are scaled by their quartiles, and the extreme values are log-compressed",
    arguments: [300, 900])
  func wild(step: Int) throws {
    let data = try load(table(step: step))
    let columns = try #require(data.schema.table?.used)
    #expect(columns.map(\.kind) == [.numeric, .numeric])
    #expect(data.schema.compressedColumns.map(\.name) == ["b"])
    let number = try #require(columns[1].number)
    // Uniform over 10: the quartiles are 5 apart, which a normal distribution has for a deviation of 3.7.
    #expect(abs(number.scale - 3.7) < 0.4 && abs(number.offset) < 0.6)
    #expect(number.encode(10_000) < 15 && number.encode(10_000) > number.encode(1_000))
    #expect(abs(number.decode(number.encode(10_000)) - 10_000) < 1e-6)
    #expect(data.notes.contains { $0.contains("\"b\" has extreme values") })
  }

  @Test("are scaled as usual without extreme values, or if another scaling is requested")
  func none() throws {
    #expect(try load(table(step: 0)).schema.table == nil)
    for scaling in [ScalingChoice.standard, .minMax, .none] {
      #expect(try load(table(step: 300), scaling: scaling).schema.table == nil)
    }
    // One in fifty is no exception any more.
    #expect(try load(table(step: 50)).schema.table == nil)
  }

  @Test(
    "are detected in arrays, where 0 and 1 are not levels and counts are not identifiers"
  )
  func arrays() throws {
    var rows: [[Double]] = (0..<400).map { row in [Double(row), Double(row % 2), Double(row % 7)] }
    rows[9][2] = 1e6
    let data = try load(MemorySource(rows: rows, columns: ["row", "bit", "wild"]))
    let columns = try #require(data.schema.table?.used)
    #expect(columns.map(\.name) == ["row", "bit", "wild"] && columns.allSatisfy { $0.kind == .numeric })
    #expect(data.schema.compressedColumns.map(\.name) == ["wild"])
  }

  /// Returns a table of thirty numbers and a column of texts or numbers.
  private static func table(_ cells: [String], _ other: String) throws -> CSVSource {
    try CSVSource(text: "x,y,z\n" + cells.enumerated().map { "\($1),\($0 * 7 % 31),\(other)\n" }.joined())
  }

  @Test(
    "with values whose variance overflows are refused with a position, by inspect and fit",
    arguments: ["1e160", "-1e308", "1e200"], ["a", "1.5"])
  func beyondVariance(_ value: String, _ other: String) throws {
    let source = try Self.table((0..<30).map { $0 == 17 ? value : "0.\($0)" }, other)
    for error in [
      ingestError { _ = try TableInspection(source) }, ingestError { _ = try TrainingData.load(source) },
    ] {
      #expect(error?.kind == .rangeTooLarge && error?.position?.line == 19 && error?.position?.column == "x")
    }
  }

  @Test(
    "with a finite variance are learned from, and constant ones always",
    arguments: [
      ["1e30"], ["1e38"], ["1e39", "2e39"], ["1e150"], ["1e200"], ["-1e308"], ["4.9e-324", "1e-310"],
    ])
  func withinVariance(_ values: [String]) throws {
    for other in ["a", "1.5"] {
      let source = try Self.table((0..<30).map { values[$0 % values.count] }, other)
      let columns = try TableInspection(source).columns
      #expect(columns[0].numbers?.deviation.isFinite == true && columns[0].numbers?.mean.isFinite == true)
      let data = try TrainingData.load(source)
      let bytes = try JSONEncoder().encode(data.schema)
      #expect(try JSONDecoder().decode(Schema.self, from: bytes) == data.schema)
    }
  }
}
