import MisfitCore
import Testing

@testable import MisfitModels

@Suite("Ranges of values")
struct ValueRangeTests {
  private func range(_ values: [Float]) -> (low: Float, high: Float, isolatedCount: Int)? {
    var extremes = ValueExtremes()
    for value in values { extremes.update(value) }
    return extremes.range { $0 }
  }

  private let hundred = (0..<100).map { Float($0) }

  @Test("A range without isolated values is that of all, in any order")
  func plain() throws {
    for values in [hundred, hundred.reversed(), hundred + [.nan]] {
      let found = try #require(range(values))
      #expect(found.low == 0 && found.high == 99 && found.isolatedCount == 0)
    }
  }

  @Test(
    "Isolated values at either end are excluded", arguments: [[1048], [-1048], [1048, -5000]] as [[Float]])
  func isolated(wild: [Float]) throws {
    let found = try #require(range(hundred + wild))
    #expect(found.low == 0 && found.high == 99 && found.isolatedCount == wild.count)
  }

  @Test("Values at three widths or less belong to the range")
  func near() throws {
    let found = try #require(range(hundred + [390]))
    #expect(found.high == 390 && found.isolatedCount == 0)
  }

  @Test("A value that many rows have is not isolated")
  func frequent() throws {
    let found = try #require(range(hundred + Array(repeating: 5000, count: 4)))
    #expect(found.high == 5000 && found.isolatedCount == 0)
  }

  @Test("One value beside equal ones is isolated; two make a range")
  func nearlyConstant() throws {
    let constant = [Float](repeating: 5, count: 300)
    let one = try #require(range(constant + [6]))
    #expect(one.low == 5 && one.high == 5 && one.isolatedCount == 1)
    let two = try #require(range(constant + [6, 6]))
    #expect(two.low == 5 && two.high == 6 && two.isolatedCount == 0)
  }

  @Test("No values have no range") func none() { #expect(range([.nan]) == nil) }

  @Test("Evidence grows with the distance and is symmetric")
  func evidence() {
    let range = ValueRange(low: -1, high: 1)
    let scale = EvidenceScale()
    let distances: [Float] = [0.5, 1, 2.9, 4, 6, 11, 101, 2e6]
    let strengths = distances.map { range.evidence(of: 1 + $0, scale: scale) }
    #expect(strengths == distances.map { range.evidence(of: -1 - $0, scale: scale) })
    #expect(strengths.prefix(2).allSatisfy { $0 == 0 })
    #expect(zip(strengths.dropFirst(), strengths.dropFirst(2)).allSatisfy { $0 < $1 })
    #expect(range.evidence(of: 7, scale: scale) == 1 + Float(Mathematics.log(1)))
    #expect(range.evidence(of: .nan, scale: scale) == 0)
  }

  @Test("All numbers survive a model file")
  func roundTrip() {
    var range = ValueRange(low: -1, high: 4)
    (range.novelty, range.center, range.tailShare) = (2, 1, 0.01)
    range.lowerTail = .init(spread: 1, index: 0.3)
    range.upperTail = .init(spread: 2, index: 0.5)
    #expect(ValueRange(numbers: range.numbers) == range)
  }

  @Test("A raised score is never lower, and stays below the largest for partial evidence")
  func raise() throws {
    let raise = try #require(ScoreRaise(scores: [1, 2, 3, 5]))
    #expect(raise.ceiling == 5 && raise.spread == 2)
    #expect(raise.score(2, evidence: 0) == 2)
    #expect(raise.score(2, evidence: 0.5) > 2 && raise.score(2, evidence: 0.5) < 5)
    #expect(raise.score(7, evidence: 1) == 7)
    #expect(raise.score(2, evidence: 3) > 5)
    #expect(raise.score(2, evidence: 4) > raise.score(2, evidence: 3))
    #expect(ScoreRaise(scores: [.nan]) == nil)
  }

  @Test("A hostile file with other counts is refused")
  func hostile() {
    let columns = [GrossOutlierColumn(.number(linear: nil), inputs: 0..<1)]
    let scales: [Float] = [1, 5, 1, 5, 2]
    let ranges = [Float](repeating: 1, count: ValueRange.numberCount)
    func check(_ scales: [Float], _ ranges: [Float]) -> GrossOutlierCheck? {
      GrossOutlierCheck(columns: columns, inputCount: 1, scales: scales, ranges: ranges)
    }
    #expect(check(scales, ranges) != nil)
    #expect(check(scales, ranges + ranges) == nil)
    #expect(check([1, 5, 1, 5], ranges) == nil)
    #expect(check([.nan, 5, 1, 5, 2], ranges) == nil)
  }
}
