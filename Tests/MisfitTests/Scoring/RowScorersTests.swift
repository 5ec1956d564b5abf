import MisfitCore
import MisfitIngest
import Synchronization
import Testing

@testable import Misfit

@Suite("Single rows")
struct RowScorersTests {
  private static func rows(_ count: Int) -> [[Float]] {
    (0..<count).map { row in (0..<4).map { Float((row * 37 + $0 * 11) % 101) / 10 } }
  }

  private static func fitted(_ model: ModelChoice) throws -> Detector {
    try Detector.fit(
      MemorySource(rows: rows(200), columns: ["a", "b", "c", "d"]),
      options: FitOptions(model: model, run: .init(threadCount: 1)))
  }

  @Test(
    "have the scores of the same rows in a source, to the bit",
    arguments: [ModelChoice.principalComponents, .neighbors])
  func bits(model: ModelChoice) throws {
    let detector = try Self.fitted(model)
    for row in Self.rows(20) + [[1e6, 0, 0, 0]] {
      var scoring = try detector.score(MemorySource(rows: [row], columns: []))
      scoring.threadCount = 1
      var expected: ScoredSample?
      try scoring.forEachBatch { expected = $0.sample(at: 0) }
      #expect(try detector.score(row) == expected)
      let record = Dictionary(uniqueKeysWithValues: zip(["a", "b", "c", "d"], row.map { Double($0) }))
      #expect(try detector.score(record).score == expected?.score)
    }
    #expect(throws: IngestError.self) { try detector.score([1, 2]) }
    #expect(throws: IngestError.self) { try detector.score([1, .nan, 3, 4]) }
  }

  @Test("may be scored by several threads at once")
  func threads() throws {
    let detector = try Self.fitted(.principalComponents)
    let rows = Self.rows(64)
    let expected = try rows.map { try detector.score($0).score }
    let scores = Mutex([Int: Double]())
    WorkerPool(threadCount: 4).run(shardCount: rows.count) { index in
      let score = (try? detector.score(rows[index]).score) ?? .nan
      scores.withLock { $0[index] = score }
    }
    let found = scores.withLock { $0 }
    #expect(rows.indices.map { found[$0] } == expected)
  }
}
