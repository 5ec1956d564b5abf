import Foundation
import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Schema and encoding")
struct SchemaTests {
  private func learn(_ source: any RecordSource, batchSize: Int = 4) throws -> SchemaLearner {
    var learner = SchemaLearner(layout: source.layout)
    try source.forEachBatch(ofUpTo: batchSize) { learner.update($0) }
    return learner
  }

  private func schema(_ text: String, _ scaling: ScalingChoice = .automatic) throws -> Schema {
    try learn(CSVSource(text: text)).schema(scaling: scaling, source: "text")
  }

  @Test("statistics of a small table are NumPy's")
  func statistics() throws {
    let schema = try schema("a,b\n1,1e9\n2,1000000001\n4,1000000002\n")
    #expect(abs(schema.means[0] - 7.0 / 3) < 1e-15)
    // numpy.std([1, 2, 4]), numpy.std([1e9, 1e9 + 1, 1e9 + 2])
    #expect(abs(schema.standardDeviations[0] - 1.247219128924647) < 1e-15)
    #expect(abs(schema.standardDeviations[1] - 0.816496580927726) < 1e-12)
    #expect(schema.minima == [1, 1e9])
    #expect(schema.maxima == [4, 1_000_000_002])
    #expect(schema.rowCount == 3)
  }

  @Test("the batch size changes no bit, and merged parts equal the whole")
  func batches() throws {
    let source = RandomSource(rowCount: 100, columnCount: 3, seed: 5)
    let whole = try learn(source, batchSize: 100).schema(scaling: .standard, source: "")
    for size in [1, 7, 99] {
      #expect(try learn(source, batchSize: size).schema(scaling: .standard, source: "") == whole)
    }
    var first = SchemaLearner(layout: source.layout)
    var second = first
    var index = 0
    try source.forEachBatch(ofUpTo: 10) { batch in
      if index < 3 { first.update(batch) } else { second.update(batch) }
      index += 1
    }
    first.merge(second)
    first.merge(SchemaLearner(layout: source.layout))
    let merged = try first.schema(scaling: .standard, source: "")
    for column in 0..<3 {
      #expect(abs(merged.means[column] - whole.means[column]) < 1e-14)
      #expect(abs(merged.standardDeviations[column] - whole.standardDeviations[column]) < 1e-14)
    }
    #expect(merged.minima == whole.minima && merged.rowCount == 100)
  }

  @Test("automatic scaling standardizes a table, and keeps one that lies in [0, 1]")
  func automatic() throws {
    let table = try schema("a,b\n1,5\n2,5\n3,5\n")
    #expect(table.scaling == .standard)
    #expect(table.constantColumns == [1])
    #expect(table.offsets == [2, 5] && table.scales[1] == 1)
    #expect(table.encode(7, column: 1) == 2)
    #expect(!table.liesInUnitInterval)
    let unit = try schema("a,b\n0,0.5\n1,0.25\n")
    #expect(unit.scaling == .none && unit.liesInUnitInterval)
    #expect(unit.offsets == [0, 0] && unit.scales == [1, 1])
  }

  @Test("minMax scales every column to [0, 1]")
  func minMax() throws {
    let schema = try schema("a,b,c\n1,-5,3\n2,5,3\n5,0,3\n", .minMax)
    #expect(schema.liesInUnitInterval)
    #expect(schema.encode(5, column: 0) == 1 && schema.encode(-5, column: 1) == 0)
    #expect(schema.encode(3, column: 2) == 0)
  }

  @Test("pixels are divided by 255, other images by their common range")
  func images() throws {
    let pixels = try learn(ArraySource(fixture("images.idx"))).schema(scaling: .automatic, source: "")
    #expect(pixels.scales.allSatisfy { $0 == 255 } && pixels.offsets.allSatisfy { $0 == 0 })
    #expect(pixels.liesInUnitInterval)
    #expect(pixels.featureName(at: 5) == "pixel_1_1")
    #expect(try schema("a\n1\n2\n").featureName(at: 0) == "a")
  }

  @Test("decoding undoes encoding")
  func roundTrip() throws {
    let schema = try schema("a,b\n1,500\n2,-300\n7,12.5\n")
    for (value, column) in [(1.0, 0), (7, 0), (500, 1), (-300, 1), (12.5, 1)] {
      #expect(abs(schema.decode(schema.encode(value, column: column), column: column) - value) < 1e-4)
    }
  }

  @Test("a batch is encoded like its values one by one")
  func encoder() throws {
    let source = try CSVSource(text: "a,b\n1,500\n2,-300\n7,12.5\n")
    let schema = try learn(source).schema(scaling: .standard, source: "")
    let rows = FloatBuffer(count: 6)
    try source.forEachBatch { RowEncoder(schema).encode($0, into: rows.all) }
    let expected = [1.0, 500, 2, -300, 7, 12.5].enumerated().map { schema.encode($1, column: $0 % 2) }
    #expect(rows.all.array == expected)
  }

  @Test("values far outside the training range stay finite")
  func bounded() throws {
    let schema = try schema("a\n1\n2\n", .none)
    #expect(schema.encode(1e300, column: 0) == 1e15)
    #expect(schema.encode(-1e300, column: 0) == -1e15)
  }

  @Test(
    "columns of row numbers are detected, in any order",
    arguments: [(7, true), (11, true), (0, false), (30, false)])
  func countingColumns(_ step: Int, _ counts: Bool) throws {
    let text = "a,b\n" + (0..<30).map { "\($0 * step % 30 + 5),\($0 % 9)\n" }.joined()
    let schema = try TrainingData.load(CSVSource(text: text), options: .init()).schema
    #expect(schema.countingColumns == (counts ? [0] : []))
  }

  @Test("values whose variance overflows are an error that names the column")
  func rangeTooLarge() {
    let error = ingestError { _ = try schema("a,b\n1,1e300\n2,-1e300\n") }
    #expect(error?.kind == .rangeTooLarge)
    #expect(error?.position?.column == "b")
  }

  @Test("a schema survives JSON bit by bit, and a hostile one is an error")
  func codable() throws {
    let schema = try schema("a,b\n1,0.1\n2,0.3\n7,12.5\n")
    let data = try JSONEncoder().encode(schema)
    #expect(try JSONDecoder().decode(Schema.self, from: data) == schema)
    let text = String(decoding: data, as: UTF8.self)
    let scales = try #require(text.firstRange(of: "\"scales\":["))
    for change in ["\"scales\":[1,", "\"scales\":[0],\"x\":["] {
      let hostile = text.replacingCharacters(in: scales, with: change)
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(Schema.self, from: Data(hostile.utf8))
      }
    }
  }
}
