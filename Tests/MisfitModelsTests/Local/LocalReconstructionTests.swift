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

  /// The model without its global score.
  private func withoutGlobal(_ model: LocalReconstruction) -> LocalReconstruction {
    LocalReconstruction(
      reference: model.reference, baselines: model.baselines.slice, scores: model.scores,
      excludesSelf: model.excludesSelf, broad: model.broad?.parameters)
  }

  /// The model with its first five component scores alone, as older files have it.
  private func plain(_ model: LocalReconstruction) -> LocalReconstruction {
    LocalReconstruction(
      reference: model.reference, baselines: model.baselines.slice,
      scores: Array(model.scores.prefix(5)), excludesSelf: model.excludesSelf)
  }

  @Test("Local scores and reconstructions are those of the same steps in NumPy")
  func oracle() throws {
    let fixture = try ModelFixture.read().local
    let model = plain(try fit(fixture.rows, width: fixture.width))
    #expect(model.reference.count == fixture.rows.count / fixture.width)
    let results = model.results(of: fixture.queries)
    #expect(areNear(results.scores.map(Double.init), fixture.scores, relative: 1e-4))
    #expect(
      areNear(results.reconstructions.map(Double.init), fixture.reconstructions, relative: 1e-4))
  }

  @Test("A quarter of the score are the broad scores of the same steps in NumPy, by the model's weights")
  func broad() throws {
    let fixture = try ModelFixture.read().local
    let model = withoutGlobal(try fit(fixture.rows, width: fixture.width))
    let weights = try #require(model.broad).parameters.weights
    let expected = fixture.scores.indices.map { row in
      0.75 * fixture.scores[row]
        + 0.25 * zip(weights, fixture.broad).reduce(0) { $0 + $1.0 * $1.1[row] }
    }
    let scores = model.results(of: fixture.queries).scores
    #expect(areNear(scores.map(Double.init), expected, relative: 2e-4))
  }

  @Test("A model without broad scores has no parameters for them")
  func withoutBroad() throws {
    let fixture = try ModelFixture.read().local
    let model = try LocalReconstruction.fit(
      FixedRows(fixture.rows, width: 4), weightsGroups: false, seed: 1, on: pool(1))
    #expect(model.broad == nil && model.scores.count == 5)
    #expect(model.tensors.allSatisfy { !$0.name.hasPrefix("broad-") })
    #expect(model.description.neighbors?.groupWeights == nil)
  }

  @Test("If the global score is clearly above the local one, half of the rest is added")
  func combined() throws {
    let fixture = try ModelFixture.read().local
    let model = try fit(fixture.rows, width: 4)
    let global = try #require(model.global)
    // Anomalies, and a row that equals a reference, whose local score is low.
    let queries = fixture.queries + fixture.rows[0..<4]
    let joint = model.results(of: queries).scores
    let near = withoutGlobal(model).results(of: queries).scores
    let far = global.results(of: queries).scores
    let expected = zip(near, far).map { $0 + 0.5 * max(0, $1 - $0 - 0.25) }
    #expect(areNear(joint.map(Double.init), expected.map(Double.init), relative: 1e-5))
    #expect(joint != near)
  }

  @Test("A group of similar anomalies is left out; a single one stays")
  func masked() throws {
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

  @Test("Only references with a high global and a low local score are left out")
  func fence() {
    let usual = (0..<20).map { Double($0) / 20 }
    let global = usual + [3, 3, 0.9]
    let local = usual.reversed() + [3, -1, -9]
    let kept = MaskedOutliers.kept(global: global, local: local)
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

  @Test("The mean of the leave-one-out scores of learned rows is 0")
  func usual() throws {
    let fixture = try ModelFixture.read().local
    let model = withoutGlobal(try fit(fixture.rows, width: 4))
    let scores = model.results(of: fixture.rows, wereLearned: true).scores
    #expect(abs(scores.reduce(0, +) / Float(scores.count)) < 1e-3)
    // As new rows, they are their own neighbors, and their scores are too low.
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
