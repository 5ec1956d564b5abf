import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Predicted cells")
struct PredictedModelTests {
  /// The contents of `predictions.json`, which `make_predictions.py` writes.
  private struct Sample: Decodable {
    var width: Int
    var rows: [Float]
    var queries: [Float]
    var costs: [Double]
    var ownCosts: [Double]

    static func read() throws -> Sample { try Fixture.json("predictions.json", as: Sample.self) }
  }

  private static let cells = TableCells(
    [
      TableCell(.numbers, inputs: 0..<1), TableCell(.numbers, inputs: 1..<2),
      TableCell(.levels, inputs: 2..<6), TableCell(.yesOrNo, inputs: 6..<7),
    ], width: 7)

  private func local(_ rows: [Float], threadCount: Int = 2) throws -> LocalReconstruction {
    try .fit(FixedRows(rows, width: 7), keepsMaskedOutliers: true, seed: 1, on: pool(threadCount))
  }

  private func fit(_ rows: [Float], threadCount: Int = 2) throws -> PredictedModel {
    let local = try local(rows, threadCount: threadCount)
    return try #require(
      PredictedModel.wrapping(local, cells: Self.cells, on: pool(threadCount)) as? PredictedModel)
  }

  private func costs(_ rows: [Float], by predictor: CellPredictor, excludesSelf: Bool) -> [Double] {
    let (rows, workspace) = (Rows(FloatBuffer(rows).all, width: 7), CellPredictor.Workspace(predictor))
    return rows.indices.flatMap { row in
      predictor.computeCosts(of: rows[row].span, excludesSelf: excludesSelf, in: workspace)
      return workspace.costs
    }
  }

  @Test("The costs of cells are those of linear regressions and discriminants in NumPy")
  func oracle() throws {
    let sample = try Sample.read()
    let predictor = try fit(sample.rows).predictor
    #expect(areNear(costs(sample.queries, by: predictor, excludesSelf: false), sample.costs, relative: 1e-5))
    #expect(areNear(costs(sample.rows, by: predictor, excludesSelf: true), sample.ownCosts, relative: 1e-5))
  }

  @Test("Three fifths of the score are the predictions, whose shares go to the wrong cell")
  func score() throws {
    let sample = try Sample.read()
    let model = try fit(sample.rows)
    var row = Array(sample.rows[0..<7])
    // Another level than all other cells suggest.
    let level = try #require((2..<6).first { row[$0] == 1 })
    for input in 2..<6 { row[input] = input == (level == 2 ? 4 : 2) ? 1 : 0 }
    let (own, result) = (model.base.results(of: row), model.results(of: row))
    let costs = costs(row, by: model.predictor, excludesSelf: false)
    let raw = zip(costs, model.predictions.expectedCosts).reduce(0.4) { sum, pair in
      let excess = max(0, pair.0 - pair.1)
      return sum + excess * excess.squareRoot()
    }
    let expected = 0.4 * Double(own.scores[0]) + 0.6 * model.predictions.score.value(of: raw)
    #expect(areNear([Double(result.scores[0])], [expected], relative: 1e-5))
    #expect(result.scores[0] > own.scores[0])
    #expect(abs(result.shares.reduce(0, +) - 1) < 1e-5)
    #expect(result.shares[2..<6].reduce(0, +) > own.shares[2..<6].reduce(0, +))
  }

  @Test("Scores have the same bits with any number of threads, and after a description is read again")
  func bits() throws {
    let sample = try Sample.read()
    let model = try fit(sample.rows, threadCount: 1)
    let other = try fit(sample.rows, threadCount: 3)
    #expect(model.description == other.description)
    let neighbors = try #require(model.description.neighbors)
    let predictions = try #require(neighbors.predictions)
    let again = try #require(PredictedModel(local(sample.rows), predictions))
    #expect(again.results(of: sample.queries).scores == model.results(of: sample.queries).scores)
  }

  @Test("An unseen level costs its surprise, and predicts nothing")
  func unseen() throws {
    let sample = try Sample.read()
    let predictor = try fit(sample.rows).predictor
    var row = Array(sample.rows[0..<7])
    for input in 2..<6 { row[input] = input == 5 ? 4 : 0 }
    let found = costs(row, by: predictor, excludesSelf: false)
    #expect(areNear([found[2]], [4.174387269895637], relative: 1e-9))  // ln 65
    #expect(found.allSatisfy { $0.isFinite })
  }

  @Test("A number far outside the learned range costs much, and leaves the predictions of other cells alone")
  func far() throws {
    let sample = try Sample.read()
    let predictor = try fit(sample.rows).predictor
    var row = Array(sample.rows[0..<7])
    let largest = stride(from: 0, to: sample.rows.count, by: 7).map { sample.rows[$0] }.max() ?? 0
    let found = [largest, 1e3, 1e9].map { value in
      row[0] = value
      return costs(row, by: predictor, excludesSelf: false)
    }
    #expect(found[1].dropFirst().elementsEqual(found[0].dropFirst()))
    #expect(found[2].dropFirst().elementsEqual(found[0].dropFirst()))
    #expect(found[0][0] < found[1][0] && found[1][0] < found[2][0])
  }

  @Test("Columns of the most levels are left out if there are too few rows")
  func leftOut() {
    func inputs(_ rowCount: Int) -> [Int] {
      CellPredictor.columns(of: Self.cells, rowCount: rowCount).map(\.start)
    }
    // Two features a number, one a level, and two for yes and no: three rows each.
    #expect(inputs(30) == [0, 1, 2, 6])
    #expect(inputs(29) == [0, 1, 6])
    #expect(inputs(17).isEmpty)
  }

  @Test("Tables of numbers alone and of few rows keep the wrapped model")
  func unchanged() throws {
    let sample = try Sample.read()
    let numbers = TableCells((0..<7).map { TableCell(.numbers, inputs: $0..<$0 + 1) }, width: 7)
    let all = try local(sample.rows)
    let threads = pool()
    #expect(PredictedModel.wrapping(all, cells: numbers, on: threads) is LocalReconstruction)
    let few = try local(Array(sample.rows.prefix(7 * 40)))
    #expect(PredictedModel.wrapping(few, cells: Self.cells, on: threads) is LocalReconstruction)
  }

  @Test("Columns of a file must be inside the row, in order, and have finite costs")
  func hostile() throws {
    let sample = try Sample.read()
    let local = try local(sample.rows)
    let good = try fit(sample.rows).predictions
    func isRead(_ change: (inout CellPredictions) -> Void) -> Bool {
      var predictions = good
      change(&predictions)
      return PredictedModel(local, predictions) != nil
    }
    #expect(isRead { _ in })
    #expect(!isRead { $0.columns[3].count = .max })
    #expect(!isRead { $0.columns[1].start = 0 })
    #expect(!isRead { $0.columns[0].start = -1 })
    #expect(!isRead { $0.columns = [] })
    #expect(!isRead { $0.expectedCosts[0] = .nan })
    #expect(!isRead { $0.expectedCosts.removeLast() })
    #expect(!isRead { $0.score.floor = 0 })
  }
}
