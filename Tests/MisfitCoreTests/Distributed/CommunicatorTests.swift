import MisfitCore
import Testing
import _TestSupport

@Suite struct CommunicatorTests {
  /// Doubles whose bits floats do not have: signaling NaN patterns, infinities, tiny numbers.
  private static let values: [Double] = [
    0, -0.0, 1.0 / 3, .infinity, Double(bitPattern: 0x7FF0_0000_0000_0001), .leastNonzeroMagnitude,
    Double(bitPattern: 0x7F80_0001_FF80_0001), -1e308,
  ]

  @Test("Doubles keep their bits in a message")
  func doubles() {
    let carried = FloatSlice(doubles: Self.values).doubles
    #expect(carried.map(\.bitPattern) == Self.values.map(\.bitPattern))
  }

  @Test("Every rank gathers the doubles of all ranks", arguments: [1, 2, 5])
  func gathered(rankCount: Int) throws {
    let counts = (0..<rankCount).map { $0 % 3 }
    let all = try ThreadGroup.run(rankCount: rankCount) { communicator in
      let own = (0..<counts[communicator.rank]).map { Double(10 * communicator.rank + $0) }
      return communicator.gathered(own, counts: counts)
    }
    let expected = counts.enumerated().map { rank, count in (0..<count).map { Double(10 * rank + $0) } }
    #expect(all == Array(repeating: expected, count: rankCount))
  }

  @Test("The first rank gathers, and sends what it has to the others", arguments: [1, 3, 4])
  func firstRank(rankCount: Int) throws {
    let counts = Array(repeating: 1, count: rankCount)
    let all = try ThreadGroup.run(rankCount: rankCount) { communicator in
      let gathered = communicator.gatheredAtFirst([Double(communicator.rank)], counts: counts)
      return communicator.broadcast(gathered.map { $0[0] }, count: rankCount)
    }
    #expect(all == Array(repeating: (0..<rankCount).map(Double.init), count: rankCount))
  }
}
