import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

@Suite struct LossTests {
  private func loss(
    _ loss: Loss, _ output: [Float], _ target: [Float], _ kernels: VectorKernels
  ) -> (sum: Float, gradient: [Float]) {
    let gradient = FloatBuffer(count: output.count).all
    let sum = kernels.loss(
      loss, of: FloatBuffer(output).all, against: FloatBuffer(target).all, gradient: gradient, scale: 1)
    return (sum, gradient.array)
  }

  @Test(
    "a logit far from 0 costs its magnitude when wrong, and 0 when right",
    arguments: [Float(100), 1e4, 1e30], runnableLevels)
  func largeLogits(_ size: Float, _ level: CPULevel) throws {
    let kernels = try kernels(level)
    #expect(loss(.binaryCrossEntropy, [size], [0], kernels).sum == size)
    #expect(loss(.binaryCrossEntropy, [-size], [1], kernels).sum == size)
    #expect(abs(loss(.binaryCrossEntropy, [size], [1], kernels).sum) < 1e-37)
    #expect(abs(loss(.binaryCrossEntropy, [-size], [0], kernels).sum) < 1e-37)
    #expect(loss(.binaryCrossEntropy, [size], [0], kernels).gradient == [1])
    #expect(abs(loss(.binaryCrossEntropy, [size], [1], kernels).gradient[0]) < 1e-37)
  }

  @Test(
    "ten thousand logits of 0 cost ln 2 each: the product of factors does not overflow",
    arguments: runnableLevels
  )
  func gatheredFactors(_ level: CPULevel) throws {
    let count = 10_007
    let sum = loss(
      .binaryCrossEntropy, [Float](repeating: 0, count: count), [Float](repeating: 0.5, count: count),
      try kernels(level)
    ).sum
    #expect(areClose(Double(sum), Double(count) * 0.6931471805599453, relative: 1e-6))
  }

  @Test(
    "one NaN makes the sum and its own gradient NaN", arguments: Loss.ofValues,
    runnableLevels)
  func nan(_ kind: Loss, _ level: CPULevel) throws {
    for place in [0, 16, 36] {
      var values = [Float](repeating: 0.5, count: 37)
      values[place] = .nan
      let numbers = [Float](repeating: 0.25, count: 37)
      for (output, target) in [(values, numbers), (numbers, values)] {
        let (sum, gradient) = loss(kind, output, target, try kernels(level))
        #expect(sum.isNaN)
        #expect(gradient.indices.allSatisfy { gradient[$0].isNaN == ($0 == place) })
      }
    }
  }

  @Test("an infinite output has no finite loss", arguments: Loss.ofValues)
  func infinity(_ kind: Loss) {
    for output in [Float.infinity, -.infinity] {
      #expect(!loss(kind, [output, 0], [0.5, 0.5], .current).sum.isFinite)
    }
  }

  @Test("the loss is the same with and without a gradient", arguments: Loss.ofValues, runnableLevels)
  func withoutGradient(_ kind: Loss, _ level: CPULevel) throws {
    var generator = SeededGenerator(seed: 4)
    let output = KernelOperation.mixed(1000, 30, &generator)
    let target = KernelOperation.unit(1000, &generator)
    let kernels = try kernels(level)
    let alone = kernels.loss(
      kind, of: FloatBuffer(output).all, against: FloatBuffer(target).all, gradient: nil, scale: 0)
    #expect(alone.bitPattern == loss(kind, output, target, kernels).sum.bitPattern)
  }

  @Test("the slope of an absolute error of 0 is 0")
  func absoluteErrorAtZero() {
    #expect(loss(.meanAbsoluteError, [1, 2, 3], [1, 3, 2], .current).gradient == [0, -1, 1])
  }
}
