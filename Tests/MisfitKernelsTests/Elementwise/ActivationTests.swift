import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

@Suite struct ActivationTests {
  private func activate(_ activation: Activation, _ values: [Float], _ kernels: VectorKernels) -> [Float] {
    let slice = FloatBuffer(values).all
    kernels.addBias(FloatBuffer(count: values.count).all, andActivate: activation, in: slice)
    return slice.array
  }

  /// Saturated functions end at e^-87.3 = 1.2e-38 instead of 0: the smallest normal float, below every other
  /// error.
  @Test(
    "zeros, infinities, large sums and denormals get the limit of the function",
    arguments: Activation.allCases, runnableLevels)
  func limits(_ activation: Activation, _ level: CPULevel) throws {
    let arguments: [Float] = [
      0, -0.0, .infinity, -.infinity, 100, -100, 0x1p-133, -0x1p-133, 3e38, -3e38, 87.5, -87.5,
    ]
    let values = activate(activation, arguments, try kernels(level))
    for (argument, value) in zip(arguments, values) {
      let expected = ReferenceActivation.value(activation, at: Double(argument))
      // 3e38 times SELU's scale is past the largest float.
      let rounded = Float(expected)
      let isClose = areClose(Double(value), Double(rounded), relative: 4e-7, absolute: 1.3e-38)
      #expect(value == rounded || isClose, "\(argument) gives \(value), not \(rounded)")
    }
  }

  @Test("NaN stays NaN", arguments: Activation.allCases, runnableLevels)
  func nan(_ activation: Activation, _ level: CPULevel) throws {
    let values = activate(activation, [Float](repeating: .nan, count: 19), try kernels(level))
    #expect(values.allSatisfy { $0.isNaN })
  }

  @Test(
    "ranges are kept: no probability above 1 or below 0, no tanh outside [-1, 1]", arguments: runnableLevels)
  func ranges(_ level: CPULevel) throws {
    let arguments = (-20_000...20_000).map { Float($0) / 150 }
    let kernels = try kernels(level)
    #expect(activate(.sigmoid, arguments, kernels).allSatisfy { (0...1).contains($0) })
    #expect(activate(.tanh, arguments, kernels).allSatisfy { (-1...1).contains($0) })
    #expect(activate(.elu, arguments, kernels).allSatisfy { $0 >= -1 })
    #expect(activate(.softplus, arguments, kernels).allSatisfy { $0 >= 0 })
  }

  @Test("a saturated unit passes no gradient, a linear one all of it")
  func slopesAtTheEnds() throws {
    let kernels = VectorKernels.current
    func slope(_ activation: Activation, at output: Float) -> Float {
      let gradient = FloatBuffer([1]).all
      kernels.multiply(gradient, bySlopeOf: activation, at: FloatBuffer([output]).all)
      return gradient[0]
    }
    #expect(slope(.relu, at: 0) == 0)
    #expect(slope(.relu, at: 1e-30) == 1)
    #expect(slope(.sigmoid, at: 1) == 0)
    #expect(slope(.tanh, at: -1) == 0)
    #expect(slope(.elu, at: -1) == 0)
    #expect(slope(.leakyReLU, at: -3) == 0.3)
    // 1 - e^-y in floats would give 0 here: all digits of a small output count.
    #expect(areClose(Double(slope(.softplus, at: 1e-9)), 1e-9, relative: 1e-6))
  }
}
