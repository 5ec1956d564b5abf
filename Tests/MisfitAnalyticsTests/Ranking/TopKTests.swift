import MisfitCore
import Testing

@testable import MisfitAnalytics

@Suite("TopK")
struct TopKTests {
  private func ranking(_ scores: [Double], _ limit: Int, _ order: RankingOrder = .largest) -> [Ranked<String>]
  {
    var top = TopK<String>(limit, order: order)
    for (row, score) in scores.enumerated() { top.update(score: score, row: row, payload: "#\(row)") }
    return top.ranking
  }

  @Test("is the beginning of the sorted scores", arguments: Numbers.allCases, sizes)
  func sorted(numbers: Numbers, size: Int) {
    let scores = numbers.make(size)
    let rows = scores.indices.filter { !scores[$0].isNaN }
    for (order, limit) in [(RankingOrder.largest, 10), (.smallest, 10), (.largest, 2000), (.largest, 1)] {
      // Stable sorting of the whole is the definition; the heap must agree with it.
      let expected = rows.sorted { a, b in
        scores[a] == scores[b] ? a < b : (scores[a] > scores[b]) == (order == .largest)
      }
      let ranking = ranking(scores, limit, order)
      #expect(ranking.map(\.row) == Array(expected.prefix(limit)))
      #expect(ranking.map(\.rank) == Array(1..<(ranking.count + 1)))
      #expect(ranking.allSatisfy { $0.score == scores[$0.row] && $0.payload == "#\($0.row)" })
    }
  }

  @Test("ranks the earlier row first among equal scores")
  func ties() {
    #expect(ranking([1, 2, 2, 1, 2], 2).map(\.row) == [1, 2])
    #expect(ranking([1, 2, 2, 1, 2], 3, .smallest).map(\.row) == [0, 3, 1])
    var late = TopK<Void>(2)
    for row in [9, 4, 7, 1] { late.update(score: 5, row: row) }
    #expect(late.ranking.map(\.row) == [1, 4])
  }

  @Test("evaluates payloads only of samples that are kept")
  func payloads() {
    var made = 0
    func payload() -> Int {
      made += 1
      return made
    }
    var top = TopK<Int>(2)
    for row in 0..<100 { top.update(score: Double(-row), row: row, payload: payload()) }
    #expect(made == 2)
    #expect(top.count == 100)
    #expect(!top.wouldKeep(score: .nan, row: 0))
  }

  @Test("with limit 0 keeps none")
  func none() {
    #expect(ranking([1, 2, 3], 0).isEmpty)
  }

  @Test("shares ranks among ties as SciPy's rankdata does")
  func averages() {
    #expect(averageRanks([10, 20, 20, 5, 20]) == [2, 4, 4, 1, 4])
    #expect(averageRanks([10, 20, 20, 5, 20], order: .largest) == [4, 2, 2, 5, 2])
    #expect(averageRanks([]) == [])
  }
}
