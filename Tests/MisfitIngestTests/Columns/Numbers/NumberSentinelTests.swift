import MisfitCore
import Testing

@testable import MisfitIngest

/// Numbers that stand for "no value".
@Suite struct NumberSentinelTests {
  private static func temperatures(_ count: Int = 200) -> [Double] { (0..<count).map { Double($0 % 37) - 5 } }

  @Test(arguments: [
    [-999.0], [9999], [-99], [999.9], [-9999, 9999],
  ])
  func repeatedNinesFarFromAllOthersAreFound(sentinels: [Double]) {
    let numbers = Self.temperatures() + sentinels.flatMap { Array(repeating: $0, count: 5) }
    #expect(NumberSentinel.find(numbers.sorted()) == sentinels)
  }

  @Test(arguments: [
    [-999.0, -999],  // too rare
    [-998, -998, -998, -998],  // not written in nines
    [99, 99, 99, 99],  // may be an age
    Array(repeating: 999, count: 400),  // most of the cells
  ])
  func otherNumbersAreNot(numbers: [Double]) {
    #expect(NumberSentinel.find((Self.temperatures() + numbers).sorted()).isEmpty)
  }

  @Test func nearNumbersAndCodesAreNot() {
    #expect(NumberSentinel.find((0..<2000).map { Double($0 / 2) }).isEmpty)
    #expect(NumberSentinel.find(Array(repeating: 0, count: 100) + [999, 999, 999]).isEmpty)
  }

  private static func table(_ sentinel: String, other: String = "x") -> String {
    (0..<300).reduce(into: "temperature,pressure\n") { text, row in
      let cell = row % 25 == 3 ? sentinel : "\(Double(row % 17) / 2 + 10)"
      text += "\(cell),\(1000 + row % 13)\n"
    }
  }

  @Test(arguments: [false, true]) func aSentinelIsMissingWithANoteUnlessItIsKept(isKept: Bool) throws {
    var options = SourceOptions()
    if isKept { options.typing.keptWords = ["-999"] }
    let source = try CSVSource(text: Self.table("-999"), options: options)
    let data = try TrainingData.load(source)
    let schema = data.schema
    let column = schema.table?.columns.first
    #expect(column?.sentinels ?? [] == (isKept ? [] : [-999]))
    guard !isKept else { return }
    #expect(column?.missingCount == 12 && column?.numbers?.least == 10)
    let remark = try #require(column?.remark).description
    #expect(remark.contains("has words for no value: \"-999\" (12)") && remark.contains("keptWords"))
    let rows = try contents(of: CSVSource(text: Self.table("-999")).fitted(to: schema)).rows
    #expect(rows[3][0].isNaN && rows[4] == [12, 1004])
    let reader = TableRowReader(try #require(schema.table))
    #expect(reader.cell(Array(" -999 ".utf8), column: 0) == .missing)
    #expect(reader.cell(Array("12".utf8), column: 0) == .value(12))
  }

  @Test func aTableOfNumbersWithoutASentinelIsUsedAsItIs() throws {
    let text = (0..<1000).reduce(into: "a,b\n") { $0 += "\($1),\($1 * $1 % 101).5\n" }
    let data = try TrainingData.load(CSVSource(text: text))
    #expect(data.schema.table?.used.allSatisfy(\.sentinels.isEmpty) ?? true)
  }
}
