import MisfitCore
import MisfitIngest
import Testing

@testable import Misfit

@Suite struct SeriesDeviationsTests {
  /// Returns the deviations of values in one column; `segment` is a part of them.
  private func deviations(_ values: [Double], in segment: Range<Int>? = nil) throws -> [Double] {
    let text = "v\n" + values.map { "\($0)\n" }.joined()
    let (record, source) = try SeriesSamples.record(text, SeriesOptions(), kinds: ["v": .numeric])
    var reader = SeriesReader(record, source: source, threadCount: 1)
    let rows = try reader.read()
    var found: [Double] = []
    SeriesDeviations(rows, column: 0, record: record).forEach(in: segment ?? 0..<rows.count) { row, value in
      #expect(row == (segment?.lowerBound ?? 0) + found.count)
      found.append(value)
    }
    return found
  }

  @Test("a spike deviates, its neighbors do not") func aSpikeDeviates() throws {
    var values = (0..<20).map { Double($0 % 2) }
    values[9] = 50
    let found = try deviations(values)
    #expect(found[9] == 49.5)
    #expect(found.enumerated().allSatisfy { $0.offset == 9 || $0.element.magnitude <= 0.5 })
  }

  @Test("a dip of two rows deviates") func aDipOfTwoRowsDeviates() throws {
    var values = [Double](repeating: 3, count: 20)
    (values[0], values[9], values[10]) = (2.5, -40, -41)
    let found = try deviations(values)
    #expect(found[9] == -43)
    #expect(found[10] == -44)
  }

  @Test("the edge of a level and a trend do not deviate") func theEdgeOfALevelDoesNotDeviate() throws {
    #expect(try deviations((0..<20).map { $0 < 10 ? 1 : 90 }).allSatisfy { $0 == 0 })
    #expect(try deviations((0..<20).map { 7 * Double($0) })[4..<16].allSatisfy { $0 == 0 })
  }

  @Test("beside an end, one side is enough") func besideAnEndOneSideIsEnough() throws {
    var values = [Double](repeating: 3, count: 12)
    (values[0], values[11]) = (40, 50)
    let found = try deviations(values)
    #expect(found[0] == 37)
    #expect(found[11] == 47)
    #expect(found[1..<11].allSatisfy { $0 == 0 })
    #expect(try deviations(values, in: 1..<12).first == 0)
    #expect(try deviations(values, in: 11..<12) == [0])
  }
}
