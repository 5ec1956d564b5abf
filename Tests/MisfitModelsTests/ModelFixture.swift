import MisfitCore
import MisfitKernels
import _TestSupport

@testable import MisfitModels

/// The fixture that `make_models.py` writes.
struct ModelFixture: Decodable {
  struct PCA: Decodable {
    var rows: [Float]
    var width: Int
    var mean: [Double]
    var components: [Double]
    var variances: [Double]
    var shares: [Double]
    var codes: [Double]
    var reconstructions: [Double]
    var covariance: [Double]
    var scores: [Double]
    var expectations: [Double]
    var blockExpectations: [Double]
  }

  struct Neighbors: Decodable {
    var reference: [Float]
    var queries: [Float]
    var width: Int
    var indices: [Int]
    var distances: [Double]
    var classes: [Int]
    var found: [Int]
    var tied: [Bool]
  }

  struct Local: Decodable {
    var rows: [Float]
    var queries: [Float]
    var width: Int
    var scores: [Double]
    var reconstructions: [Double]
    var broad: [[Double]]
  }

  struct Global: Decodable {
    var rows: [Float]
    var queries: [Float]
    var width: Int
    var scores: [Double]
  }

  var pca: PCA
  var neighbors: Neighbors
  var local: Local
  var global: Global

  static func read() throws -> ModelFixture { try Fixture.json("models.json", as: ModelFixture.self) }
}

/// Pools of one and of several threads: results must not differ.
func pool(_ threadCount: Int = 2) -> WorkerPool { NumericThread.pool(threadCount: threadCount) }

extension RowModel {
  /// Returns all results of rows.
  func results(of rows: [Float], threadCount: Int = 2, wereLearned: Bool = false) -> Results {
    let source = FixedRows(rows, width: width)
    let reconstructions = Rows(count: source.rowCount, width: width)
    let codes = Rows(count: source.rowCount, width: codeCount)
    let scores = FloatBuffer(count: source.rowCount).all
    let shares = Rows(count: source.rowCount, width: width)
    try? ModelPass(plans(rowsWereLearned: wereLearned)).run(
      over: source, on: pool(threadCount),
      finish: { shard, result in
        reconstructions[shard.rows].slice.copy(from: result.reconstruction)
        codes[shard.rows].slice.copy(from: result.code)
        if let found = result.scores { scores[shard.rows].copy(from: found) }
        if let found = result.shares { shares[shard.rows].slice.copy(from: found) }
      })
    return Results(
      reconstructions: reconstructions.slice.array, codes: codes.slice.array, scores: scores.array,
      shares: shares.slice.array)
  }
}

/// A copy of a model's results.
struct Results: Equatable {
  var reconstructions: [Float]
  var codes: [Float]
  var scores: [Float]
  var shares: [Float]
}

/// Whether all numbers are near those expected, within a share of the largest expected.
func areNear(_ found: [Double], _ expected: [Double], relative: Double) -> Bool {
  let scale = expected.map(\.magnitude).max() ?? 1
  return found.count == expected.count
    && zip(found, expected).allSatisfy { abs($0 - $1) <= relative * scale }
}
