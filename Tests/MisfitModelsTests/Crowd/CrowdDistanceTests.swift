import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Crowd")
struct CrowdDistanceTests {
  /// A cloud of 300 rows, and 15 rows that keep each other company far away from it.
  private let rows: [Float] = {
    var generator = SeededGenerator(seed: 9)
    return (0..<315).flatMap { row -> [Float] in
      (0..<4).map { _ in row < 300 ? generator.nextUnitFloat() - 0.5 : 6 + generator.nextUnitFloat() / 10 }
    }
  }()

  private func fit(threadCount: Int = 2) throws -> CrowdDistance {
    try .fit(FixedRows(rows, width: 4), seed: 2, on: pool(threadCount))
  }

  @Test("Scores are those of the same steps in NumPy")
  func oracle() throws {
    let fixture = try ModelFixture.read().crowd
    let model = try CrowdDistance.fit(
      FixedRows(fixture.rows, width: fixture.width), leavesOutItself: false, seed: 1, on: pool())
    #expect(model.reference.count == 180)
    let scores = model.results(of: fixture.queries).scores
    #expect(areNear(scores.map(Double.init), fixture.scores, relative: 1e-4))
  }

  @Test("A clump of odd rows does not excuse itself")
  func clump() throws {
    let scores = try fit().results(of: rows).scores
    let least = scores[300...].min() ?? 0
    #expect(least > (scores[..<300].max() ?? 0))
  }

  @Test("The mean distance to near neighbours is taken in by it")
  func nearNeighbors() throws {
    let near = try NeighborDistance.fit(
      FixedRows(rows, width: 4), neighborCount: 5, leavesOutItself: true, seed: 2)
    let scores = near.results(of: rows).scores
    #expect((scores[300...].min() ?? 0) < (scores[..<300].max() ?? 0))
  }

  @Test("The column that is far off has most of the share, and shares sum to 1")
  func shares() throws {
    let results = try fit().results(of: [0, 0, 40, 0])
    #expect(results.shares[2] > 0.6)
    #expect(abs(results.shares.reduce(0, +) - 1) < 1e-5)
    #expect(abs(results.reconstructions[2]) < 1)
  }

  @Test("Threads do not change a bit")
  func threads() throws {
    #expect(
      try fit(threadCount: 1).results(of: rows, threadCount: 1)
        == fit(threadCount: 4).results(of: rows, threadCount: 4))
  }

  @Test("Few, equal and constant rows give numbers", arguments: [3, 4, 11])
  func few(count: Int) throws {
    for rows in [(0..<count * 2).map { Float($0 % 3) }, Array(repeating: 1, count: count * 2)] {
      let model = try CrowdDistance.fit(FixedRows(rows, width: 2), seed: 1, on: pool())
      let scores = model.results(of: [1, 1, 50, -50]).scores
      #expect(scores.allSatisfy(\.isFinite) && scores[1] > scores[0])
    }
  }

  @Test("Distances to neighbours are shared out by columns to the last")
  func exactShares() throws {
    let near = try NeighborDistance.fit(FixedRows([0, 0, 3, 4, 30, 40], width: 2), neighborCount: 1, seed: 1)
    let results = near.results(of: [6, 8])
    #expect(results.scores == [5] && results.reconstructions == [3, 4])
    #expect(abs(results.shares[0] - 9 / 25) < 1e-6 && abs(results.shares[1] - 16 / 25) < 1e-6)
  }
}
