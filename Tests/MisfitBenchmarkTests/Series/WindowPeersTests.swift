import MisfitCore
import Testing

@testable import MisfitBenchmark

@Suite struct WindowPeersTests {
  private static let learned = 300

  /// A period of 40 rows; an outlier in row 450.
  private var values: [Double] {
    var generator = SeededGenerator(seed: 3)
    return (0..<600).map { row in
      Mathematics.sin(Double(row) / 40 * 2 * .pi) + 0.1 * Double(generator.nextUnitFloat())
        + (row == 450 ? 2 : 0)
    }
  }

  enum Peer: CaseIterable {
    case components, centered, raw
  }

  @Test("the rows around an outlier score highest", arguments: Peer.allCases)
  func theRowsAroundAnOddValueScoreHighest(peer: Peer) throws {
    let peers = WindowPeers(values: values, learnedCount: Self.learned)
    let scores =
      switch peer {
      case .components: try peers.components()
      case .centered: peers.neighbors(centered: true)
      case .raw: peers.neighbors(centered: false)
      }
    #expect(scores.count == values.count)
    let largest = try #require(scores.max())
    #expect(scores[450] == largest)
    #expect(scores[..<300].allSatisfy { $0 < largest })
  }

  @Test("centered windows do not see a level") func centeredWindowsDoNotSeeALevel() {
    let series = values
    let lifted = series.enumerated().map { $0.offset < Self.learned ? $0.element : $0.element + 50 }
    let plain = WindowPeers(values: series, learnedCount: Self.learned)
    let shifted = WindowPeers(values: lifted, learnedCount: Self.learned)
    for (one, two) in zip(
      plain.neighbors(centered: true).suffix(100), shifted.neighbors(centered: true).suffix(100))
    {
      #expect(abs(one - two) < 1e-6)
    }
    #expect(
      shifted.neighbors(centered: false)[599] > 10 * plain.neighbors(centered: false)[599])
  }

  @Test("the spread of one far value is256 rows wide") func theSpreadOfOneFarValueIs256RowsWide() {
    let values = (0..<900).map { $0 == 500 ? 10 : Double($0 % 2) }
    let peers = WindowPeers(values: values, learnedCount: 200)
    let spread = peers.spread()
    let largest = spread[500]
    #expect(spread.indices.filter { spread[$0] == largest } == Array(373...628))
    #expect(peers.meanSpread()[500] > peers.meanSpread()[300])
  }

  @Test("the running largest is that of the rows around") func theRunningLargestIsThatOfTheRowsAround() {
    #expect(WindowPeers.runningLargest([1, 5, 2], before: 1, after: 0, count: 4) == [1, 5, 5, 2])
    #expect(WindowPeers.runningLargest([1, 5, 2], before: 0, after: 1, count: 3) == [5, 5, 2])
  }
}
