import Foundation
import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Encoding of tables")
struct TableEncodingTests {
  static let text = """
    size,color,ok,when,key,weight
    1,red,yes,2020-01-01,k1,2
    3,red,no,2021-06-01,k2,
    2,blue,yes,2022-03-15,k3,4
    5,green,yes,2022-12-24,k4,8

    """

  private func load(_ text: String, _ change: (inout TrainingData.Options) -> Void = { _ in }) throws
    -> TrainingData
  {
    var options = TrainingData.Options()
    options.validationShare = 0
    change(&options)
    return try TrainingData.load(CSVSource(text: text), options: options)
  }

  private func rows(_ data: TrainingData) throws -> [[Float]] {
    let width = data.schema.inputCount
    let rows = FloatBuffer(count: data.training.rowCount * width).all
    try data.training.copyRows(0..<data.training.rowCount, into: rows)
    return (0..<data.training.rowCount).map { rows[$0 * width..<($0 + 1) * width].array }
  }

  @Test("maps a column to a group of inputs")
  func groups() throws {
    let data = try load(Self.text)
    let schema = data.schema
    #expect(schema.columnNames == ["size", "color", "ok", "when", "weight"])
    #expect(
      schema.table?.columns.map(\.kind) == [.count, .categorical, .boolean, .datetime, .identifier, .count])
    // A number, 3 colors and the rest, yes or no, trend with week and year, a weight with its indicator.
    #expect((0..<5).map { schema.inputs(of: $0).count } == [1, 4, 1, 5, 2])
    let rows = try rows(data)
    #expect(rows[0][1...4] == [1, 0, 0, 0] && rows[2][1...4] == [0, 1, 0, 0])
    #expect(rows.map { $0[5] } == [Float(2).squareRoot(), 0, Float(2).squareRoot(), Float(2).squareRoot()])
    #expect(rows.map { $0[12] } == [0, 1, 0, 0])
    #expect(rows[1][11] == 0)
    #expect(data.notes.contains("\"key\" is left out as identifier: 4 different texts in 4 cells"))
  }

  @Test(
    "accepts any number of an array in columns of levels, yes or no, and dates",
    arguments: [1e300, -1e300, .infinity, 0.5])
  func foreignNumbers(_ value: Double) throws {
    let schema = try load(Self.text).schema
    var batch = RecordBatch(layout: RecordLayout(shape: .row(5)), capacity: 1)
    batch.append(Array(repeating: value, count: 5))
    let inputs = FloatBuffer(count: schema.inputCount).all
    RowEncoder(schema).encode(batch, into: inputs)
    #expect(inputs.array.allSatisfy { $0.magnitude <= 1e15 })
    // Far below the first level is the first, far above the last is none of them.
    #expect(inputs.array[1...4].firstIndex { $0 > 0 } == (value > 1 ? 4 : 1))
  }

  static let hardToRead = [
    (0..<20).map { "\(1_600_000_000_000_000_000 + $0 * 1_000_000_000_000),\($0 % 2 == 0 ? "a" : "b")" },
    // An accented letter in composed and decomposed form: two levels when bytes are compared.
    (0..<20).map { "\($0 * $0 % 7).5,\(["caf\u{e9}", "cafe\u{301}", "tea"][$0 % 3])" },
  ]

  @Test(
    "of huge numbers, and of one letter in two Unicode forms, is read back from a model file",
    arguments: hardToRead)
  func readAgain(_ lines: [String]) throws {
    let text = (["number,level"] + lines).map { $0 + "\n" }.joined()
    let schema = try load(text) { $0.tableScaling = ScalingChoice.none }.schema
    let data = try JSONEncoder().encode(schema)
    #expect(try JSONDecoder().decode(Schema.self, from: data) == schema)
  }

  @Test("recognizes 0 and 1 in every notation")
  func zeroAndOne() throws {
    let text =
      "x,flag,s\n"
      + (0..<12).map { "\($0).5,\(["1.0", "0.0", ""][$0 % 3]),\($0 % 2 == 0 ? "a" : "b")\n" }.joined()
    let schema = try load(text).schema
    let column = try #require(schema.table?.columns[1])
    #expect(column.kind == .boolean && column.levels.map(\.text) == ["0.0", "1.0"])
    let reader = try #require(column.encoding.cells?.reader)
    #expect(["0", "0.0", "1", "1.0", "2"].map { reader.value(of: $0.utf8.span) } == [0, 0, 1, 1, 2])
  }

  @Test("is undone by decoding, cell by cell")
  func roundTrip() throws {
    let data = try load(Self.text)
    let schema = data.schema
    let records = Self.text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    for (row, record) in zip(try rows(data), records) {
      #expect(abs((schema.cell(of: row.span, column: 0).number ?? .nan) - Double(record[0])!) < 1e-6)
      #expect(schema.cell(of: row.span, column: 1) == .level(String(record[1])))
      #expect(schema.cell(of: row.span, column: 2) == .level(String(record[2])))
      #expect(schema.cell(of: row.span, column: 3).description == record[3])
      if let weight = Double(record[5]) {
        #expect(abs((schema.cell(of: row.span, column: 4).number ?? .nan) - weight) < 1e-6)
      }
    }
  }

  @Test(
    "two levels, and yes and no, differ as two standardized numbers do on average; dates not more"
  )
  func scale() throws {
    var generator = SeededGenerator(seed: 11)
    var text = "n,c,b,t\n"
    for _ in 0..<2000 {
      let day = generator.nextIndex(below: 28) + 1
      text += "\(generator.nextUnitFloat()),l\(generator.nextIndex(below: 200) % 50),"
      text += generator.nextIndex(below: 2) == 0 ? "y" : "n"
      text += ",202\(generator.nextIndex(below: 9))-0\(generator.nextIndex(below: 9) + 1)-\(day)\n"
    }
    let data = try load(text)
    let rows = try rows(data)
    func distance(_ column: Int) -> Double {
      var sum = 0.0
      for index in 0..<1000 {
        for input in data.schema.inputs(of: column) {
          let difference = Double(rows[index][input] - rows[1000 + index][input])
          sum += difference * difference
        }
      }
      return sum / 1000
    }
    #expect(abs(distance(0) - 2) < 0.2)
    #expect(abs(distance(1) - 2 * 0.98) < 0.05)
    #expect(abs(distance(2) - 1) < 0.1)  // half of the pairs differ
    #expect(distance(3) > 1.5 && distance(3) < 2.2)
  }

  @Test(
    "an unseen level and an unexpected missing cell are four deviations away, an expected one at the center"
  )
  func surprises() throws {
    let schema = try load(Self.text).schema
    let table = try #require(schema.table)
    let source = try CSVSource(
      text: "weight,when,ok,color,size\n,2020-01-01,yes,pink,1\n2,,,,\n"
    ).typed(by: table)
    let values = FloatBuffer(count: 2 * schema.inputCount).all
    try source.forEachBatch { batch in
      RowEncoder(schema).encode(batch, into: values)
      #expect(batch.unknownLevel(row: 0, column: 1) == "pink" && batch.unknownLevel(row: 1, column: 1) == nil)
      #expect(schema.cell(ofValue: batch.value(row: 0, column: 1), text: "pink", column: 1) == .level("pink"))
      #expect(schema.cell(ofValue: batch.value(row: 1, column: 3), column: 3) == .missing)
    }
    let (first, second) = (values[0..<13].array, values[13..<26].array)
    #expect(first[1...4] == [0, 0, 0, 4])
    #expect(first[11] == 0 && first[12] == 1)
    #expect(second[0] == 4)
    #expect(second[1...4] == [0.5, 0.25, 0.25, 4])
    #expect(second[5] > 4 && second[6] == 4)
    #expect(second[12] == 0)
    #expect(!schema.expectsMissing(0) && schema.expectsMissing(4))
  }

  @Test(
    "a missing cell of a table of numbers is one deviation beyond all values, and at least four from the mean"
  )
  func plainMissing() throws {
    let schema = try load("a,b\n1,10\n2,20\n3,90\n") { $0.scaling = .standard }.schema
    let values = FloatBuffer(count: 2).all
    try CSVSource(text: "a,b\n?,50\n").allowingMissingCells().forEachBatch { batch in
      RowEncoder(schema).encode(batch, into: values)
    }
    #expect(values[0] == 4)
    #expect(abs(values[1] - Float((50 - 40) / schema.standardDeviations[1])) < 1e-6)
  }

  @Test(
    "far values keep their order and are decoded again",
    arguments: [ScalingChoice.robust, .quantileNormal, .automatic])
  func scalings(_ scaling: ScalingChoice) throws {
    let text =
      "x,y\n" + (1...400).map { "\($0 % 20),\($0 % 2)a\n" }.joined() + "3000,0a\n50000,1a\n900000,1a\n"
    let schema = try load(text) { $0.tableScaling = scaling }.schema
    let number = try #require(schema.table?.used[0].number)
    #expect(number.isLogarithmic == (scaling == .automatic))
    var last = -Double.infinity
    for value in [0, 1, 5, 10, 19, 25, 80, 3000, 40_000, 900_000, 1e7, 1e12, 1e300] {
      let encoded = number.encode(value)
      #expect(encoded > last && encoded.magnitude < 1000)
      #expect(abs(number.decode(encoded) - value) <= 1e-6 * max(1, value))
      last = encoded
    }
    #expect(number.encode(19).magnitude < 4)
  }

  @Test("quantiles are mapped to SciPy's of the normal distribution")
  func normal() throws {
    for (share, deviate) in [
      (0.5, 0.0), (0.975, 1.959963984540054), (0.01, -2.3263478740408408), (1e-6, -4.753424308822899),
    ] {
      #expect(abs(NormalDeviate.of(share) - deviate) < 1e-8)
    }
    let knots = try #require(QuantileKnots(sorted: (0...1000).map { Double($0 * $0) }))
    #expect(abs(knots.encode(250_000)) < 1e-9)
    #expect(abs(knots.encode(950 * 950) - 1.6448536269514722) < 1e-6)
    #expect(QuantileKnots(sorted: [2, 2, 2]) == nil)
  }

  @Test("a schema of a table survives JSON, and a hostile one is an error")
  func codable() throws {
    let schema = try load(Self.text) { $0.tableScaling = .quantileNormal }.schema
    let data = try JSONEncoder().encode(schema)
    #expect(try JSONDecoder().decode(Schema.self, from: data) == schema)
    let text = String(decoding: data, as: UTF8.self)
    for (part, lie) in [
      ("\"kind\":\"boolean\"", "\"kind\":\"datetime\""), ("\"kind\":\"identifier\"", "\"kind\":\"numeric\""),
      ("\"missingCount\":1", "\"missingCount\":-1"), ("\"missingCount\":1", "\"missingCount\":9"),
      ("\"kind\":\"datetime\"", "\"kind\":\"numeric\""), ("\"name\":\"color\"", "\"name\":\"colour\""),
    ] {
      let hostile = text.replacing(part, with: lie)
      #expect(hostile != text)
      #expect(throws: DecodingError.self, "\(lie)") {
        try JSONDecoder().decode(Schema.self, from: Data(hostile.utf8))
      }
    }
  }

  @Test("a table without a header is read by position, with ignored columns or without them")
  func withoutHeader() throws {
    let text = Self.text.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
    let schema = try TrainingData.load(
      CSVSource(text: text, options: .with { $0.hasHeader = false }),
      options: .with { $0.validationShare = 0 }
    ).schema
    let table = try #require(schema.table)
    for other in [text, "9,red,yes,2020-01-01,2\n"] {
      let source = try CSVSource(text: other, options: .with { $0.hasHeader = false }).typed(by: table)
      #expect(source.layout.width == 5)
      try source.forEachBatch { #expect($0.value(row: 0, column: 1) == 0) }
    }
  }

  @Test("a change of the data between the passes is detected")
  func changed() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
      "misfit-changed-\(UInt64.random(in: 0 ... .max)).csv"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.text.write(toFile: path, atomically: false, encoding: .utf8)
    let source = try CSVSource(path)
    let error = ingestError {
      _ = try TrainingData.load(source) { pass, _ in
        guard pass == 1 else { return }
        try Self.text.replacing("blue", with: "grue").write(toFile: path, atomically: false, encoding: .utf8)
      }
    }
    #expect(error?.kind == .changedBetweenPasses)
  }
}

extension TrainingData.Options {
  fileprivate static func with(_ change: (inout TrainingData.Options) -> Void) -> TrainingData.Options {
    var options = TrainingData.Options()
    change(&options)
    return options
  }
}
