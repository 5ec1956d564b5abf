import Foundation
import MisfitCore
import MisfitKernels
import MisfitNetworks
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Cell model")
struct CellModelTests {
  /// A number, three levels that may be missing, yes or no, a number that may be NaN.
  static let cells = TableCells(
    [
      TableCell(.numbers, inputs: 0..<1, factor: 0.5),
      TableCell(.levels, inputs: 1..<4, indicator: 4, factor: 0.9, surprise: 5),
      TableCell(.yesOrNo, inputs: 5..<6, factor: 1.4), TableCell(.numbers, inputs: 6..<7),
    ], width: 7)
  static let yes = Float(2).squareRoot()

  private func model(_ variances: [Float]? = nil) throws -> CellModel {
    let network = try Network(.dense(inputShape: .row(7), hidden: [4]), seed: 5)
    return CellModel(NetworkModel(network), cells: Self.cells, variances: variances)
  }

  static func rows(_ count: Int) -> [Float] {
    var generator = SeededGenerator(seed: 9)
    return (0..<count).flatMap { row -> [Float] in
      var values = [Float](repeating: 0, count: 7)
      values[0] = generator.nextUnitFloat()
      if row % 5 == 2 {
        values.replaceSubrange(1..<5, with: [0.3, 0.3, 0.4, 1])
      } else {
        values[1 + generator.nextIndex(below: 3)] = 1
      }
      values[5] = generator.nextIndex(below: 2) == 0 ? 0 : yes
      values[6] = generator.nextUnitFloat()
      return values
    }
  }

  @Test("The score is the sum of the costs of the cells, and shares sum to 1; a missing cell has none")
  func weighted() throws {
    let rows = Self.rows(300)
    let results = try model().results(of: rows)
    let plain = try model().base.results(of: rows)
    for row in 0..<300 {
      let costs = FloatBuffer(count: 4).all
      let values = row * 7..<(row + 1) * 7
      Self.cells.loss.costs(
        of: FloatBuffer(Array(plain.reconstructions[values])).all,
        against: FloatBuffer(Array(rows[values])).all,
        into: costs)
      let total = costs.array.reduce(0) { $0 + Double($1) }
      #expect(areClose(Double(results.scores[row]), total, relative: 1e-6))
      let shares = results.shares[values]
      #expect(areClose(Double(shares.reduce(0, +)), 1, relative: 1e-5))
      #expect(
        areClose(Double(shares[values.lowerBound]), Double(costs[0]) / total, relative: 1e-5, absolute: 1e-7))
      if row % 5 == 2 { #expect(shares[values.lowerBound + 1] == 0) }
    }
  }

  @Test("With variances, the score is a negative log-likelihood in nats with normal numbers")
  func nats() throws {
    let variances: [Float] = [0.04, 1, 1, 1, 1, 1, 0.25]
    let rows = Self.rows(40)
    let results = try model(variances).results(of: rows)
    for row in 0..<40 {
      let x = rows[row * 7..<(row + 1) * 7].map { Double($0) }
      let y = results.reconstructions[row * 7..<(row + 1) * 7].map { Double($0) }
      func normal(_ place: Int) -> Double {
        let (difference, variance) = (x[place] - y[place], Double(variances[place]))
        return difference * difference / (2 * variance) + 0.5 * log(2 * Double.pi * variance)
      }
      let level = (1..<4).first { x[$0] == 1 } ?? 1
      let p = y[5] / 2.0.squareRoot()
      let ofLevel: Double = x[4] == 1 ? 0 : -log(y[level])
      let ofYes: Double = -log(x[5] > 0 ? p : 1 - p)
      let expected = normal(0) + ofLevel + ofYes + normal(6)
      #expect(areClose(Double(results.scores[row]), expected, relative: 1e-4, absolute: 1e-5))
    }
  }

  @Test("A cell that is NaN before imputation has no cost")
  func imputed() throws {
    let reference = Self.rows(50)
    let imputer = NeighborImputer(reference: FloatBuffer(reference).all, width: 7)
    let cells = CellModel(
      ImputingModel(try model().base, imputer), cells: Self.cells,
      variances: [Float](repeating: 0.5, count: 7))
    var rows = Self.rows(10)
    let whole = cells.results(of: rows)
    for row in 0..<10 { rows[row * 7 + 6] = .nan }
    let holed = cells.results(of: rows)
    for row in 0..<10 {
      #expect(holed.scores[row].isFinite && holed.shares[row * 7 + 6] == 0)
      #expect(whole.shares[row * 7 + 6] > 0)
    }
  }

  @Test("Residual variances are the same at any number of threads", arguments: [1, 3])
  func variances(_ threadCount: Int) throws {
    let rows = Self.rows(700)
    let model = try model()
    let found = try ResidualVariances.of(
      model, cells: Self.cells, over: FixedRows(rows, width: 7), on: pool(threadCount))
    let results = model.results(of: rows)
    for place in [0, 6] {
      var sum = 0.0
      for row in 0..<700 {
        let x = Double(rows[row * 7 + place])
        let difference = x - Double(results.reconstructions[row * 7 + place])
        sum += difference * difference
      }
      #expect(areClose(found[place], sum / 700, relative: 1e-9))
    }
    let alone = try ResidualVariances.of(
      model, cells: Self.cells, over: FixedRows(rows, width: 7), on: pool(1))
    #expect(found == alone)
  }

  @Test("A new cell is hidden from the model and does not change the scores of other cells")
  func newCells() throws {
    let cells = TableCells(
      [
        TableCell(.numbers, inputs: 0..<1, surprise: 4, far: 6, neutral: [0.5]),
        TableCell(.levels, inputs: 1..<4, factor: 0.9, surprise: 5, neutral: [0.5, 0.3, 0.2]),
        TableCell(.numbers, inputs: 4..<6),
      ], width: 6)
    let network = try Network(.dense(inputShape: .row(6), hidden: [4], activation: .tanh), seed: 5)
    let model = CellModel(NetworkModel(network), cells: cells)
    let known = model.results(of: [0.5, 0.5, 0.3, 0.2, 1, -1])
    let new = model.results(of: [6, 0, 0, 4, 1, -1])
    #expect(new.reconstructions == known.reconstructions)
    let outputs = new.reconstructions
    let rest = (1 - outputs[4]) * (1 - outputs[4]) + (-1 - outputs[5]) * (-1 - outputs[5])
    // A square is twice its value in nats.
    let expected = 2 * 4 + 0.9 * 5 + rest
    #expect(areClose(Double(new.scores[0]), Double(expected), relative: 1e-5))
    #expect(areClose(Double(new.shares[1]), 4.5 / Double(expected), relative: 1e-5))
    let inNats = CellModel(
      NetworkModel(network), cells: cells, variances: [Float](repeating: 0.5, count: 6)
    ).results(of: [6, 0, 0, 4, 1, -1])
    let density = Float(log(2 * Double.pi * 0.5)) / 2
    #expect(areClose(Double(inNats.scores[0]), Double(4 + 5 + rest + 2 * density), relative: 1e-5))
    // A number below the mark is not hidden.
    #expect(model.results(of: [5.9, 0.5, 0.3, 0.2, 1, -1]).reconstructions != known.reconstructions)
  }

  @Test("Decoded codes equal the reconstructions")
  func decoding() throws {
    let rows = Self.rows(20)
    let model = try model()
    let results = model.results(of: rows)
    let decoded = try #require(model.decoded(FloatBuffer(results.codes).all)).array
    for place in decoded.indices where place % 7 != 4 {
      #expect(decoded[place] == results.reconstructions[place])
    }
  }
}
