import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

@Suite("Cells of a table")
struct CellLayoutTests {
  /// A number that may be missing, yes or no, twenty levels that may be missing, two numbers, two levels, and
  /// yes or no that may be missing.
  static let cells = [
    Cell(.numbers, outputs: 0..<1, indicator: 1, factor: 0.8),
    Cell(.yesOrNo, outputs: 2..<3, factor: 1.4, surprise: 5),
    Cell(.levels, outputs: 3..<23, indicator: 23, factor: 0.5, surprise: 7),
    {
      var cell = Cell(.numbers, outputs: 24..<26, factor: 1.5, surprise: 3)
      cell.far = 5.5
      return cell
    }(),
    Cell(.levels, outputs: 26..<28, factor: 1.25, surprise: 4),
    Cell(.yesOrNo, outputs: 28..<29, indicator: 29, factor: 1.1, surprise: 6),
  ]
  static let width = 30
  static let yes = Float(2).squareRoot()

  /// Rows whose cells are present, missing, or unseen in training.
  static func rows(_ count: Int, seed: UInt64 = 3) -> (sums: [Float], targets: [Float]) {
    var generator = SeededGenerator(seed: seed)
    var (sums, targets): ([Float], [Float]) = ([], [])
    for _ in 0..<count {
      sums += (0..<width).map { _ in 8 * generator.nextUnitFloat() - 4 }
      var row = [Float](repeating: 0, count: width)
      for cell in cells {
        let isMissing = cell.indicator != nil && generator.nextIndex(below: 4) == 0
        if let indicator = cell.indicator { row[indicator] = isMissing ? 1 : 0 }
        let last = cell.outputs.upperBound - 1
        switch cell.kind {
        case .numbers:
          for output in cell.outputs { row[output] = 4 * generator.nextUnitFloat() - 2 }
          if let far = cell.far, generator.nextIndex(below: 4) == 0 { row[cell.outputs.lowerBound] = far }
        case .yesOrNo: row[last] = generator.nextIndex(below: 2) == 0 ? 0 : yes
        case .levels: row[cell.outputs.lowerBound + generator.nextIndex(below: cell.outputs.count)] = 1
        }
        if cell.kind != .numbers, generator.nextIndex(below: 5) == 0 {
          for output in cell.outputs { row[output] = 0.2 }
          row[last] = 4.2
        }
      }
      targets += row
    }
    return (sums, targets)
  }

  /// Returns the cost of one cell by plain loops in doubles.
  static func cost(_ cell: Cell, _ sums: ArraySlice<Float>, _ target: ArraySlice<Float>) -> Double {
    let z = sums[cell.outputs.offset(by: sums.startIndex)].map { Double($0) }
    let x = target[cell.outputs.offset(by: target.startIndex)].map { Double($0) }
    if let indicator = cell.indicator, target[target.startIndex + indicator] > 0 { return 0 }
    if cell.kind != .numbers, x[x.count - 1] > 2 { return cell.factor * cell.surprise }
    if cell.kind == .numbers, let far = cell.far, x[0] == Double(far) { return 2 * cell.surprise }
    let most = -log(Cell.leastProbability)
    switch cell.kind {
    case .numbers: return cell.factor * zip(z, x).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    case .yesOrNo: return cell.factor * min(most, log1p(exp(x[0] > 1 ? -z[0] : z[0])))
    case .levels:
      let chosen = x.firstIndex(of: 1) ?? 0
      return cell.factor * min(most, log(z.reduce(0) { $0 + exp($1 - z[chosen]) }))
    }
  }

  static func costs(_ sums: [Float], _ targets: [Float]) -> [Double] {
    stride(from: 0, to: sums.count, by: width).flatMap { start in
      cells.map { cost($0, sums[start..<start + width], targets[start..<start + width]) }
    }
  }

  private let layout = CellLayout(Self.cells, width: Self.width)

  @Test("costs equal plain loops in doubles, and the loss is their sum", arguments: runnableLevels)
  func reference(_ level: CPULevel) throws {
    let kernels = try kernels(level)
    let (sums, targets) = Self.rows(60)
    let expected = Self.costs(sums, targets)
    let costs = FloatBuffer(count: expected.count).all
    layout.costs(of: FloatBuffer(sums).all, against: FloatBuffer(targets).all, into: costs, kernels: kernels)
    for (index, (ours, plain)) in zip(costs.array, expected).enumerated() {
      #expect(areClose(Double(ours), plain, relative: 1e-5, absolute: 1e-6), "cell \(index)")
    }
    let loss = layout.loss(
      of: FloatBuffer(sums).all, against: FloatBuffer(targets).all, gradient: nil, scale: 1, kernels: kernels)
    #expect(areClose(Double(loss), expected.reduce(0, +), relative: 1e-5))
  }

  @Test("the gradient is the slope of the loss, also when it overwrites the sums")
  func gradient() {
    let (sums, targets) = Self.rows(12)
    let target = FloatBuffer(targets).all
    let inPlace = FloatBuffer(sums).all
    let scale: Float = 0.25
    let loss = layout.loss(of: inPlace, against: target, gradient: inPlace, scale: scale)
    #expect(loss == layout.loss(of: FloatBuffer(sums).all, against: target, gradient: nil, scale: 1))
    for index in sums.indices {
      func loss(_ step: Float) -> Double {
        var moved = sums
        moved[index] += step
        return Self.costs(moved, targets).reduce(0, +)
      }
      // A power of two, so that the step is exact.
      let step: Float = 0x1p-10
      let slope = (loss(step) - loss(-step)) / Double(2 * step)
      #expect(areClose(Double(inPlace[index]), Double(scale) * slope, relative: 1e-3, absolute: 1e-5))
    }
  }

  @Test(
    "sums become values: probabilities of levels, √2 times that of yes, and the target's indicators"
  )
  func values() {
    let (sums, targets) = Self.rows(9)
    let values = FloatBuffer(sums).all
    let costs = FloatBuffer(count: 9 * Self.cells.count).all
    layout.costs(of: values, against: FloatBuffer(targets).all, into: costs)
    for row in 0..<9 {
      let start = row * Self.width
      for cell in Self.cells {
        for output in cell.outputs {
          let (z, y) = (Double(sums[start + output]), Double(values[start + output]))
          switch cell.kind {
          case .numbers: #expect(y == z)
          case .yesOrNo: #expect(areClose(y, 2.0.squareRoot() / (1 + exp(-z)), relative: 1e-6))
          case .levels:
            let total = cell.outputs.reduce(0) { $0 + exp(Double(sums[start + $1])) }
            #expect(areClose(y, exp(z) / total, relative: 1e-5, absolute: 1e-7))
          }
        }
        if let indicator = cell.indicator { #expect(values[start + indicator] == targets[start + indicator]) }
      }
    }
  }

  @Test("cells have the same bits at every CPU level")
  func levels() throws {
    let (sums, targets) = Self.rows(50)
    let results = try runnableLevels.map { level -> [UInt32] in
      let (gradient, values) = (FloatBuffer(sums).all, FloatBuffer(sums).all)
      let costs = FloatBuffer(count: 50 * Self.cells.count).all
      let target = FloatBuffer(targets).all
      let kernels = try kernels(level)
      let loss = layout.loss(of: gradient, against: target, gradient: gradient, scale: 0.5, kernels: kernels)
      layout.costs(of: values, against: target, into: costs, kernels: kernels)
      return ([loss] + gradient.array + values.array + costs.array).map(\.bitPattern)
    }
    #expect(Set(results).count == 1)
  }

  @Test(
    "missing cells, by an indicator or as NaN, have cost and gradient 0",
    arguments: runnableLevels)
  func missing(_ level: CPULevel) throws {
    let layout = CellLayout(
      [
        Cell(.numbers, outputs: 0..<1, indicator: 1), Cell(.numbers, outputs: 2..<3),
        Cell(.levels, outputs: 3..<6, indicator: 6),
      ],
      width: 7)
    let target = FloatBuffer([0.5, 1, .nan, 0.3, 0.3, 0.4, 1]).all
    let sums = FloatBuffer([9, 9, 9, 9, -9, 0, 9]).all
    #expect(
      try layout.loss(of: sums, against: target, gradient: sums, scale: 1, kernels: kernels(level)) == 0)
    #expect(sums.array.allSatisfy { $0 == 0 })
  }

  @Test(
    "a cell costs at most 16.118 nats for a hopeless level, and NaN for NaN sums",
    arguments: runnableLevels)
  func extremes(_ level: CPULevel) throws {
    let layout = CellLayout([Cell(.levels, outputs: 0..<3), Cell(.yesOrNo, outputs: 3..<4)], width: 4)
    func costs(_ sums: [Float], _ target: [Float]) throws -> [Float] {
      let costs = FloatBuffer(count: 2).all
      layout.costs(
        of: FloatBuffer(sums).all, against: FloatBuffer(target).all, into: costs, kernels: try kernels(level))
      return costs.array
    }
    let most = Float(-log(Cell.leastProbability))
    for size in [Float(40), 1e4, 1e30] {
      #expect(try costs([size, 0, -size, size], [0, 0, 1, 0]).allSatisfy { abs($0 - most) < 1e-4 })
      #expect(try costs([size, 0, -size, size], [1, 0, 0, Self.yes]).allSatisfy { abs($0) < 1e-6 })
    }
    #expect(try costs([.nan, 0, 0, .nan], [1, 0, 0, 0]).allSatisfy(\.isNaN))
    #expect(try costs([0, .nan, 0, 0], [1, 0, 0, 0])[0].isNaN)
  }

  @Test("costs in nats are weighted only by the variances")
  func nats() {
    let layout = CellLayout(Self.cells, width: Self.width)
    let (sums, targets) = Self.rows(5)
    let variances = (0..<Self.width).map { 0.1 + 0.05 * Double($0) }
    let costs = FloatBuffer(count: 5 * Self.cells.count).all
    layout.inNats(variances: variances).costs(
      of: FloatBuffer(sums).all, against: FloatBuffer(targets).all, into: costs)
    let weighted = Self.costs(sums, targets)
    for row in 0..<5 {
      for (index, cell) in Self.cells.enumerated() {
        let place = row * Self.cells.count + index
        let expected =
          cell.far.map { targets[row * Self.width + cell.outputs.lowerBound] == $0 } ?? false
          ? cell.surprise
          : cell.kind == .numbers && weighted[place] > 0
            ? cell.outputs.reduce(0.0) { sum, output in
              let difference =
                Double(sums[row * Self.width + output]) - Double(targets[row * Self.width + output])
              return sum + difference * difference / (2 * variances[output])
            } : weighted[place] / cell.factor
        #expect(areClose(Double(costs[place]), expected, relative: 1e-5, absolute: 1e-6))
      }
    }
  }
}

extension Range<Int> {
  fileprivate func offset(by start: Int) -> Range<Int> { lowerBound + start..<upperBound + start }
}
