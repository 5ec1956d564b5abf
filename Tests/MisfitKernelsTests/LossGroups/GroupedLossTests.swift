import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

@Suite("Loss of groups of outputs")
struct GroupedLossTests {
  /// Squares with a mask, a binary output, a softmax of twenty with a mask, squares of two, a softmax of two,
  /// and a binary output with a mask.
  static let groups = [
    LossGroup(.squares, outputs: 0..<1, mask: 1, factor: 0.8),
    LossGroup(.binary, outputs: 2..<3, factor: 1.4, mark: 2, markedCost: 5),
    LossGroup(.softmax, outputs: 3..<23, mask: 23, factor: 0.5, mark: 2, markedCost: 7),
    LossGroup(.squares, outputs: 24..<26, factor: 1.5, mark: 5.5, markedCost: 3),
    LossGroup(.softmax, outputs: 26..<28, factor: 1.25, mark: 2, markedCost: 4),
    LossGroup(.binary, outputs: 28..<29, mask: 29, factor: 1.1, mark: 2, markedCost: 6),
  ]
  static let width = 30
  static let yes = Float(2).squareRoot()

  /// Rows whose groups are plain, masked, or marked.
  static func rows(_ count: Int, seed: UInt64 = 3) -> (sums: [Float], targets: [Float]) {
    var generator = SeededGenerator(seed: seed)
    var (sums, targets): ([Float], [Float]) = ([], [])
    for _ in 0..<count {
      sums += (0..<width).map { _ in 8 * generator.nextUnitFloat() - 4 }
      var row = [Float](repeating: 0, count: width)
      for group in groups {
        let isMasked = group.mask != nil && generator.nextIndex(below: 4) == 0
        if let mask = group.mask { row[mask] = isMasked ? 1 : 0 }
        let last = group.outputs.upperBound - 1
        switch group.kind {
        case .squares:
          for output in group.outputs { row[output] = 4 * generator.nextUnitFloat() - 2 }
          if let mark = group.mark, generator.nextIndex(below: 4) == 0 {
            row[group.outputs.lowerBound] = mark
          }
        case .binary: row[last] = generator.nextIndex(below: 2) == 0 ? 0 : yes
        case .softmax: row[group.outputs.lowerBound + generator.nextIndex(below: group.outputs.count)] = 1
        }
        if group.kind != .squares, generator.nextIndex(below: 5) == 0 {
          for output in group.outputs { row[output] = 0.2 }
          row[last] = 4.2
        }
      }
      targets += row
    }
    return (sums, targets)
  }

  /// Returns the cost of one group by plain loops in doubles.
  static func cost(_ group: LossGroup, _ sums: ArraySlice<Float>, _ target: ArraySlice<Float>) -> Double {
    let z = sums[group.outputs.offset(by: sums.startIndex)].map { Double($0) }
    let x = target[group.outputs.offset(by: target.startIndex)].map { Double($0) }
    if let mask = group.mask, target[target.startIndex + mask] > 0 { return 0 }
    if group.kind != .squares, x[x.count - 1] > 2 { return group.factor * group.markedCost }
    if group.kind == .squares, let mark = group.mark, x[0] == Double(mark) { return 2 * group.markedCost }
    let most = -log(LossGroup.leastProbability)
    switch group.kind {
    case .squares: return group.factor * zip(z, x).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    case .binary: return group.factor * min(most, log1p(exp(x[0] > 1 ? -z[0] : z[0])))
    case .softmax:
      let chosen = x.firstIndex(of: 1) ?? 0
      return group.factor * min(most, log(z.reduce(0) { $0 + exp($1 - z[chosen]) }))
    }
  }

  static func costs(_ sums: [Float], _ targets: [Float]) -> [Double] {
    stride(from: 0, to: sums.count, by: width).flatMap { start in
      groups.map { cost($0, sums[start..<start + width], targets[start..<start + width]) }
    }
  }

  private let layout = GroupedLoss(Self.groups, width: Self.width)

  @Test("costs equal plain loops in doubles, and the loss is their sum", arguments: runnableLevels)
  func reference(_ level: CPULevel) throws {
    let kernels = try kernels(level)
    let (sums, targets) = Self.rows(60)
    let expected = Self.costs(sums, targets)
    let costs = FloatBuffer(count: expected.count).all
    layout.costs(of: FloatBuffer(sums).all, against: FloatBuffer(targets).all, into: costs, kernels: kernels)
    for (index, (ours, plain)) in zip(costs.array, expected).enumerated() {
      #expect(areClose(Double(ours), plain, relative: 1e-5, absolute: 1e-6), "group \(index)")
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
    "sums become values: probabilities of a softmax, √2 times a binary one, and the target's masks"
  )
  func values() {
    let (sums, targets) = Self.rows(9)
    let values = FloatBuffer(sums).all
    let costs = FloatBuffer(count: 9 * Self.groups.count).all
    layout.costs(of: values, against: FloatBuffer(targets).all, into: costs)
    for row in 0..<9 {
      let start = row * Self.width
      for group in Self.groups {
        for output in group.outputs {
          let (z, y) = (Double(sums[start + output]), Double(values[start + output]))
          switch group.kind {
          case .squares: #expect(y == z)
          case .binary: #expect(areClose(y, 2.0.squareRoot() / (1 + exp(-z)), relative: 1e-6))
          case .softmax:
            let total = group.outputs.reduce(0) { $0 + exp(Double(sums[start + $1])) }
            #expect(areClose(y, exp(z) / total, relative: 1e-5, absolute: 1e-7))
          }
        }
        if let mask = group.mask { #expect(values[start + mask] == targets[start + mask]) }
      }
    }
  }

  @Test("groups have the same bits at every CPU level")
  func levels() throws {
    let (sums, targets) = Self.rows(50)
    let results = try runnableLevels.map { level -> [UInt32] in
      let (gradient, values) = (FloatBuffer(sums).all, FloatBuffer(sums).all)
      let costs = FloatBuffer(count: 50 * Self.groups.count).all
      let target = FloatBuffer(targets).all
      let kernels = try kernels(level)
      let loss = layout.loss(of: gradient, against: target, gradient: gradient, scale: 0.5, kernels: kernels)
      layout.costs(of: values, against: target, into: costs, kernels: kernels)
      return ([loss] + gradient.array + values.array + costs.array).map(\.bitPattern)
    }
    #expect(Set(results).count == 1)
  }

  @Test(
    "masked groups, by a mask or as NaN, have cost and gradient 0",
    arguments: runnableLevels)
  func masked(_ level: CPULevel) throws {
    let layout = GroupedLoss(
      [
        LossGroup(.squares, outputs: 0..<1, mask: 1), LossGroup(.squares, outputs: 2..<3),
        LossGroup(.softmax, outputs: 3..<6, mask: 6),
      ],
      width: 7)
    let target = FloatBuffer([0.5, 1, .nan, 0.3, 0.3, 0.4, 1]).all
    let sums = FloatBuffer([9, 9, 9, 9, -9, 0, 9]).all
    #expect(
      try layout.loss(of: sums, against: target, gradient: sums, scale: 1, kernels: kernels(level)) == 0)
    #expect(sums.array.allSatisfy { $0 == 0 })
  }

  @Test(
    "a group costs at most 16.118 nats for a hopeless output, and NaN for NaN sums",
    arguments: runnableLevels)
  func extremes(_ level: CPULevel) throws {
    let layout = GroupedLoss(
      [LossGroup(.softmax, outputs: 0..<3), LossGroup(.binary, outputs: 3..<4)], width: 4)
    func costs(_ sums: [Float], _ target: [Float]) throws -> [Float] {
      let costs = FloatBuffer(count: 2).all
      layout.costs(
        of: FloatBuffer(sums).all, against: FloatBuffer(target).all, into: costs, kernels: try kernels(level))
      return costs.array
    }
    let most = Float(-log(LossGroup.leastProbability))
    for size in [Float(40), 1e4, 1e30] {
      #expect(try costs([size, 0, -size, size], [0, 0, 1, 0]).allSatisfy { abs($0 - most) < 1e-4 })
      #expect(try costs([size, 0, -size, size], [1, 0, 0, Self.yes]).allSatisfy { abs($0) < 1e-6 })
    }
    #expect(try costs([.nan, 0, 0, .nan], [1, 0, 0, 0]).allSatisfy(\.isNaN))
    #expect(try costs([0, .nan, 0, 0], [1, 0, 0, 0])[0].isNaN)
  }

  @Test("costs in nats are weighted only by the variances")
  func nats() {
    let layout = GroupedLoss(Self.groups, width: Self.width)
    let (sums, targets) = Self.rows(5)
    let variances = (0..<Self.width).map { 0.1 + 0.05 * Double($0) }
    let costs = FloatBuffer(count: 5 * Self.groups.count).all
    layout.inNats(variances: variances).costs(
      of: FloatBuffer(sums).all, against: FloatBuffer(targets).all, into: costs)
    let weighted = Self.costs(sums, targets)
    for row in 0..<5 {
      for (index, group) in Self.groups.enumerated() {
        let place = row * Self.groups.count + index
        let expected =
          group.kind == .squares && targets[row * Self.width + group.outputs.lowerBound] == group.mark
          ? group.markedCost
          : group.kind == .squares && weighted[place] > 0
            ? group.outputs.reduce(0.0) { sum, output in
              let difference =
                Double(sums[row * Self.width + output]) - Double(targets[row * Self.width + output])
              return sum + difference * difference / (2 * variances[output])
            } : weighted[place] / group.factor
        #expect(areClose(Double(costs[place]), expected, relative: 1e-5, absolute: 1e-6))
      }
    }
  }
}

extension Range<Int> {
  fileprivate func offset(by start: Int) -> Range<Int> { lowerBound + start..<upperBound + start }
}
