import MisfitCore
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Weights by groups left out")
struct GroupWeightsTests {
  @Test("The area under the curve counts ties as one half")
  func area() {
    #expect(RankedArea.area(of: [3, 4], above: [1, 2]) == 1)
    #expect(RankedArea.area(of: [1, 2], above: [3, 4]) == 0)
    #expect(RankedArea.area(of: [2, 2], above: [2, 2, 2]) == 0.5)
    // Of six pairs, three are won and one is tied.
    #expect(RankedArea.area(of: [2, 5], above: [1, 2, 6]) == 3.5 / 6)
  }

  /// Rows in clusters at the corners of a square.
  private func corners(_ perCluster: Int, distance: Float) -> Rows {
    var generator = SeededGenerator(seed: 3)
    let rows = Rows(count: 4 * perCluster, width: 2)
    for row in rows.indices {
      for column in 0..<2 {
        let center = (row % 4) >> column & 1
        rows[row][column] = distance * Float(center) + generator.nextUnitFloat()
      }
    }
    return rows
  }

  @Test("Separate clusters are found, whatever the seed", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func clusters(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let rows = corners(10, distance: 100)
    let found = GroupClusters.assignments(of: rows, count: 4, using: &generator)
    #expect(Set(found).count == 4)
    for row in rows.indices { #expect(found[row] == found[row % 4]) }
  }

  @Test("Equal rows have a cluster each or none, and no row is lost", arguments: [1, 2, 4])
  func equalRows(count: Int) {
    var generator = SeededGenerator(seed: 1)
    let rows = Rows(count: 4, width: 3)
    rows.slice.fill(with: 7)
    let found = GroupClusters.assignments(of: rows, count: count, using: &generator)
    #expect(found.count == 4 && found.allSatisfy { (0..<count).contains($0) })
  }

  private func weights(_ rows: Rows, threadCount: Int = 1) -> [Double] {
    GroupWeights.weights(of: ReferenceRows(rows), roles: nil, seed: 1, on: pool(threadCount))
  }

  @Test("Weights sum to 1, and threads do not change a bit")
  func sum() {
    let rows = corners(30, distance: 5)
    let weights = weights(rows)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12 && weights.allSatisfy { $0 >= 0 })
    #expect(weights == self.weights(rows, threadCount: 3))
    #expect(weights != GroupWeights.equal)
  }

  @Test("Few rows give equal weights, and equal rows usable ones", arguments: [2, 15, 16, 40])
  func few(count: Int) {
    let rows = Rows(count: count, width: 2)
    rows.slice.fill(with: 1)
    #expect(BroadScores.Parameters.areUsable(weights(rows)))
    if count < 16 { #expect(weights(rows) == GroupWeights.equal) }
  }

  @Test("The distance to the middle gets little weight where the middle is empty")
  func middle() {
    // A ring: each group is as far from the middle as all other rows.
    var generator = SeededGenerator(seed: 9)
    let ring = Rows(count: 240, width: 2)
    for row in ring.indices {
      let angle = 2 * Double.pi * generator.nextUnitDouble()
      ring[row][0] = Float(Mathematics.cos(angle))
      ring[row][1] = Float(Mathematics.sin(angle))
    }
    let weights = weights(ring)
    #expect(weights[2] < 0.1, "\(weights)")
  }

  @Test(
    "Weights that a file cannot have are refused",
    arguments: [[], [1], [0.5, 0.5, 0.5, -0.5], [0.1, 0.1, 0.1, 0.1], [.nan, 0, 0, 1]] as [[Double]])
  func unusable(weights: [Double]) { #expect(!BroadScores.Parameters.areUsable(weights)) }
}
