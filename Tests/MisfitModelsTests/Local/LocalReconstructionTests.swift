import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Local reconstruction")
struct LocalReconstructionTests {
  private func fit(_ rows: [Float], width: Int, threadCount: Int = 2) throws -> LocalReconstruction {
    try .fit(FixedRows(rows, width: width), seed: 1, on: pool(threadCount))
  }

  /// What neighbours say alone.
  private func withoutCrowd(_ model: LocalReconstruction) -> LocalReconstruction {
    LocalReconstruction(
      reference: model.reference, baselines: model.baselines, scores: model.scores,
      leavesOutItself: model.leavesOutItself)
  }

  @Test("Scores by neighbours and reconstructions are those of the same steps in NumPy")
  func oracle() throws {
    let fixture = try ModelFixture.read().local
    let model = withoutCrowd(try fit(fixture.rows, width: fixture.width))
    #expect(model.reference.count == fixture.rows.count / fixture.width)
    let results = model.results(of: fixture.queries)
    #expect(areNear(results.scores.map(Double.init), fixture.scores, relative: 1e-4))
    #expect(
      areNear(results.reconstructions.map(Double.init), fixture.reconstructions, relative: 1e-4))
  }

  @Test("Where the crowd finds a row clearly odder than its neighbours do, half of the rest is added")
  func verdict() throws {
    let fixture = try ModelFixture.read().local
    let model = try fit(fixture.rows, width: 4)
    let crowd = try #require(model.crowd)
    // Odd rows, and one that equals a reference, so that neighbours have nothing against it.
    let queries = fixture.queries + fixture.rows[0..<4]
    let joint = model.results(of: queries).scores
    let near = withoutCrowd(model).results(of: queries).scores
    let far = crowd.results(of: queries).scores
    let expected = zip(near, far).map { $0 + 0.5 * max(0, $1 - $0 - 0.25) }
    #expect(areNear(joint.map(Double.init), expected.map(Double.init), relative: 1e-5))
    #expect(joint != near)
  }

  @Test("Odd rows that keep close company are left out; a lone one stays")
  func excused() throws {
    var generator = SeededGenerator(seed: 5)
    var rows: [Float] = []
    for row in 0..<300 {
      let base: Float = row < 12 ? 6 : row == 12 ? -8 : 0
      let spread: Float = row < 12 ? 0.1 : 1
      rows += (0..<3).map { _ in base + spread * (2 * generator.nextUnitFloat() - 1) }
    }
    var leftOut: [Int] = []
    var looked = 0
    let model = try LocalReconstruction.fit(FixedRows(rows, width: 3), seed: 1, on: pool(2)) {
      (looked, leftOut) = ($0, $1)
    }
    #expect(looked == 300 && leftOut == Array(0..<12) && model.reference.count == 288)
    let scores = model.results(of: [6, 6, 6, 0, 0, 0]).scores
    #expect(scores[0] > 4 && scores[1] < 1)
  }

  @Test("Only what is odd to the crowd and not to its neighbours is left out")
  func fence() {
    let usual = (0..<20).map { Double($0) / 20 }
    let crowd = usual + [3, 3, 0.9]
    let local = usual.reversed() + [3, -1, -9]
    let kept = ExcusedReferences.kept(crowd: crowd, local: local)
    #expect(kept.indices.filter { !kept[$0] } == [21])
  }

  @Test("Shares of each row sum to 1")
  func shares() throws {
    let fixture = try ModelFixture.read().local
    let shares = try fit(fixture.rows, width: 4).results(of: fixture.queries).shares
    for row in 0..<30 {
      let sum = shares[row * 4..<row * 4 + 4].reduce(0, +)
      #expect(abs(sum - 1) < 1e-5)
    }
    #expect(shares.allSatisfy { $0 >= 0 })
  }

  @Test("Threads do not change a bit")
  func threads() throws {
    let fixture = try ModelFixture.read().local
    let one = try fit(fixture.rows, width: 4, threadCount: 1).results(
      of: fixture.queries, threadCount: 1)
    let four = try fit(fixture.rows, width: 4, threadCount: 4).results(
      of: fixture.queries, threadCount: 4)
    #expect(one == four)
  }

  @Test("Learned rows are usual: without themselves they score 0 in the mean")
  func usual() throws {
    let fixture = try ModelFixture.read().local
    let model = withoutCrowd(try fit(fixture.rows, width: 4))
    let scores = model.results(of: fixture.rows, wereLearned: true).scores
    #expect(abs(scores.reduce(0, +) / Float(scores.count)) < 1e-3)
    // Taken for new, they are their own neighbours, and look all too usual.
    let asNew = model.results(of: fixture.rows).scores
    #expect(asNew.reduce(0, +) / Float(asNew.count) < -0.5)
  }

  @Test("Few, equal and constant rows give numbers", arguments: [2, 3, 7, 12])
  func few(count: Int) throws {
    for rows in [(0..<count * 2).map { Float($0 % 5) }, Array(repeating: 1, count: count * 2)] {
      let results = try fit(rows, width: 2).results(of: [1, 1, 9, -4])
      #expect(results.scores.allSatisfy(\.isFinite) && results.reconstructions.allSatisfy(\.isFinite))
      #expect(results.scores[1] > results.scores[0])
    }
  }

  @Test("One row is too few")
  func tooFew() {
    #expect(throws: ModelError(.tooFewRows(1, needed: 2))) { try fit([1, 2], width: 2) }
  }

  @Test("Values at the limit of the encoding give finite scores")
  func limits() throws {
    let fixture = try ModelFixture.read().local
    let results = try fit(fixture.rows, width: 4).results(of: [1e15, -1e15, 1e15, -1e15])
    #expect(results.scores[0].isFinite && results.scores[0] > 10)
  }
}
