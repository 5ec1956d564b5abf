import MisfitCore
import MisfitKernels
import _TestSupport

@testable import MisfitModels

/// What `make_models.py` wrote.
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
  }

  struct Crowd: Decodable {
    var rows: [Float]
    var queries: [Float]
    var width: Int
    var scores: [Double]
  }

  var pca: PCA
  var neighbors: Neighbors
  var local: Local
  var crowd: Crowd

  static func read() throws -> ModelFixture { try Fixture.json("models.json", as: ModelFixture.self) }
}

/// Pools of one and of several threads: results must not differ.
func pool(_ threadCount: Int = 2) -> WorkerPool { NumericThread.pool(threadCount: threadCount) }

extension RowModel {
  /// Everything that a model says of rows.
  func results(of rows: [Float], threadCount: Int = 2, wereLearned: Bool = false) -> Results {
    let source = FloatBuffer(rows).all
    let count = rows.count / width
    let plan = ShardedPlan(plans(rowsWereLearned: wereLearned))
    let reconstructions = FloatBuffer(count: rows.count).all
    let codes = FloatBuffer(count: count * codeCount).all
    let scores = FloatBuffer(count: count).all
    let shares = FloatBuffer(count: rows.count).all
    func part(_ values: FloatSlice, _ range: Range<Int>, _ width: Int) -> FloatSlice {
      values[range.lowerBound * width..<range.upperBound * width]
    }
    plan.run(
      rowCount: count, on: pool(threadCount), prepare: { _ in },
      load: { $1.copy(from: part(source, $0, width)) },
      finish: { range, result in
        part(reconstructions, range, width).copy(from: result.reconstruction)
        part(codes, range, codeCount).copy(from: result.code)
        if let found = result.scores { part(scores, range, 1).copy(from: found) }
        if let found = result.shares { part(shares, range, width).copy(from: found) }
      }, conclude: { _ in })
    return Results(
      reconstructions: reconstructions.array, codes: codes.array, scores: scores.array,
      shares: shares.array)
  }
}

/// What a model said of rows, copied.
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
