import CVectorKernels
import Foundation
import MisfitCore

@testable import MisfitKernels

extension KernelOperation {
  /// Every kernel.
  static let table: [KernelOperation] =
    Activation.allCases.map(activation) + Activation.allCases.map(slope) + Loss.ofValues.map(loss)
    + Activation.allCases.map { lossGradient($0, .meanSquaredError) }
    + Activation.allCases.map { lossGradient($0, .meanAbsoluteError) }
    + [lossGradient(.sigmoid, .binaryCrossEntropy)]
    + [rowErrors, columnSums, add, scale, sumOfSquares, adam, momentum, rootMeanSquare, adadelta]

  /// Uniform in -`limit` ..< `limit`, of all sizes: every fourth value as it is, the others 10, 100 and
  /// 10,000 times smaller.
  static func mixed(_ count: Int, _ limit: Float, _ generator: inout SeededGenerator) -> [Float] {
    let shrink: [Float] = [1, 0.1, 0.01, 0.0001]
    return (0..<count).map { (generator.nextUnitFloat() * 2 - 1) * limit * shrink[$0 % 4] }
  }

  static func unit(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in generator.nextUnitFloat() }
  }

  private static func activation(_ activation: Activation) -> KernelOperation {
    // Measured over 600,000 arguments: ELU 1.4, SELU 2.3, sigmoid 2.4, tanh 1.5, softplus 2.9. They come from
    // e^x, which is within 1.2, and one to three operations after it. Leaky ReLU's 0.3 is itself rounded:
    // 1.0. Linear and ReLU are exact.
    let bounds: [Activation: Double] = [
      .linear: 0, .relu: 0, .leakyReLU: 1.25, .elu: 2, .selu: 3, .sigmoid: 3, .tanh: 2, .softplus: 3.5,
    ]
    return KernelOperation(
      name: "add a bias, then \(activation.rawValue)", minimumSize: 1, ulps: bounds[activation] ?? 0,
      arguments: { size, generator in
        [mixed(3 * size, 80, &generator), mixed(size, 5, &generator)]
      },
      changes: [0],
      compute: { kernels, slices in
        kernels.addBias(slices[1], andActivate: activation, in: slices[0])
        return []
      },
      reference: { arguments in
        arguments[0].indices.map { index in
          // The sum is one float addition by definition; what follows it is tested.
          let z = Double(arguments[0][index] + arguments[1][index % arguments[1].count])
          return Expected(ReferenceActivation.value(activation, at: z))
        }
      })
  }

  private static func slope(_ activation: Activation) -> KernelOperation {
    KernelOperation(
      // The output is rounded before the slope is computed from it, and the slope before it is multiplied;
      // measured: 1.8.
      name: "multiply by the slope of \(activation.rawValue)", ulps: 2,
      arguments: { size, generator in
        let z = mixed(size, 20, &generator)
        let output = z.map { Float(ReferenceActivation.value(activation, at: Double($0))) }
        return [mixed(size, 3, &generator), output, z]
      },
      changes: [0],
      compute: { kernels, slices in
        kernels.multiply(slices[0], bySlopeOf: activation, at: slices[1])
        return []
      },
      reference: { arguments in
        zip(arguments[0], arguments[2]).map { gradient, z in
          Expected(
            Double(gradient) * ReferenceActivation.slope(activation, at: Double(z)),
            termsUpTo: abs(Double(gradient)) * ReferenceActivation.slopeMagnitude(activation))
        }
      })
  }

  private static let lossScale: Float = 0.375

  private static func loss(_ loss: Loss) -> KernelOperation {
    KernelOperation(
      // A lane adds 63 terms one after the other, then the lanes are added: at worst 34 of the sum of the
      // magnitudes, but the roundings have no common sign; measured: 2.5.
      name: "\(loss.rawValue) and its gradient", ulps: 4,
      arguments: { size, generator in
        let output = mixed(size, loss == .binaryCrossEntropy ? 100 : 2, &generator)
        return [output, unit(size, &generator), [Float](repeating: .nan, count: size)]
      },
      changes: [2],
      compute: { kernels, slices in
        [Double(kernels.loss(loss, of: slices[0], against: slices[1], gradient: slices[2], scale: lossScale))]
      },
      reference: { arguments in
        let terms = zip(arguments[0], arguments[1]).map { ReferenceLoss.term(loss, Double($0), Double($1)) }
        let gradients = zip(arguments[0], arguments[1]).map {
          ReferenceLoss.gradient(loss, Double($0), Double($1), scale: Double(lossScale))
        }
        return [ReferenceLoss.sum(terms)] + gradients
      })
  }

  /// The loss of an activation's sums: the sum's error is that of the outputs, each within 3.5 of its own;
  /// the gradient is a product of the loss's and the slope.
  private static func lossGradient(_ activation: Activation, _ loss: Loss) -> KernelOperation {
    KernelOperation(
      name: "\(loss.rawValue) of \(activation.rawValue) and its gradient", ulps: 8,
      arguments: { size, generator in
        [mixed(size, 8, &generator), unit(size, &generator), [Float](repeating: .nan, count: size)]
      },
      changes: [2],
      compute: { kernels, slices in
        var block = misfit_block(rows: 1, columns: slices[0].count, stride: 0)
        return unsafe [
          Double(
            kernels.table.loss_gradient(
              slices[0].pointer, slices[1].pointer, slices[2].pointer, &block, activation.code, loss.code,
              lossScale))
        ]
      },
      reference: { arguments in
        let pairs = zip(arguments[0], arguments[1]).map { (Double($0), Double($1)) }
        if loss == .binaryCrossEntropy {
          return [ReferenceLoss.sum(pairs.map { ReferenceLoss.term(loss, $0, $1) })]
            + pairs.map { ReferenceLoss.gradient(loss, $0, $1, scale: Double(lossScale)) }
        }
        let outputs = pairs.map { ReferenceActivation.value(activation, at: $0.0) }
        let terms = zip(outputs, pairs).map { ReferenceLoss.term(loss, $0, $1.1) }
        let sizes = zip(outputs, pairs).reduce(0) {
          $0 + abs($1.0) * (abs($1.0) + 2 * $1.1.1) + $1.1.1 * $1.1.1
        }
        let gradients = zip(outputs, pairs).map { output, pair in
          let slope = ReferenceActivation.slope(activation, at: pair.0)
          let gradient = ReferenceLoss.gradient(loss, output, pair.1, scale: Double(lossScale))
          // If output and target are close, the error is that of rounding the output.
          let size =
            loss == .meanSquaredError ? 2 * Double(lossScale) * max(abs(output), pair.1) : gradient.magnitude
          return Expected(
            gradient.value * slope,
            termsUpTo: size * max(slope, ReferenceActivation.slopeMagnitude(activation)))
        }
        return [Expected(terms.reduce(0, +), termsUpTo: sizes)] + gradients
      })
  }

  private static let rowErrors = KernelOperation(
    // Sums as above; measured: 1.6.
    name: "row errors", minimumSize: 1, ulps: 3,
    arguments: { size, generator in
      // Some outputs are outside [0, 1] and are clipped for the cross-entropy.
      [unit(size, &generator), unit(size, &generator).map { $0 * 1.2 - 0.1 }]
    },
    changes: [],
    compute: { kernels, slices in
      let errors = kernels.rowErrors(input: slices[0], output: slices[1])
      return [
        errors.meanSquared, errors.meanAbsolute, errors.maximum, errors.signedSum,
        errors.meanCrossEntropy ?? .nan,
      ]
    },
    reference: { ReferenceLoss.rowErrors(input: $0[0].map(Double.init), output: $0[1].map(Double.init)) })

  private static let columnSums = KernelOperation(
    name: "column sums", minimumSize: 1, ulps: 3,
    arguments: { size, generator in
      [mixed(5 * size, 3, &generator), [Float](repeating: .nan, count: size)]
    },
    changes: [1],
    compute: { kernels, slices in
      kernels.sumColumns(of: slices[0], into: slices[1])
      return []
    },
    reference: { arguments in
      let columns = arguments[1].count
      return (0..<columns).map { column in
        let terms = stride(from: column, to: arguments[0].count, by: columns).map { Double(arguments[0][$0]) }
        return ReferenceLoss.sum(terms)
      }
    })

  private static let add = KernelOperation(
    name: "add", ulps: 0.5,
    arguments: { size, generator in [mixed(size, 3, &generator), mixed(size, 3, &generator)] },
    changes: [0],
    compute: { kernels, slices in
      kernels.add(slices[1], to: slices[0])
      return []
    },
    reference: { zip($0[0], $0[1]).map { Expected(Double($0) + Double($1)) } })

  private static let scale = KernelOperation(
    name: "scale", ulps: 0.5,
    arguments: { size, generator in [mixed(size, 3, &generator)] },
    changes: [0],
    compute: { kernels, slices in
      kernels.scale(slices[0], by: -1.7)
      return []
    },
    reference: { $0[0].map { Expected(Double($0) * Double(Float(-1.7))) } })

  private static let sumOfSquares = KernelOperation(
    name: "sum of squares", ulps: 4,
    arguments: { size, generator in [mixed(size, 3, &generator)] },
    changes: [],
    compute: { kernels, slices in [Double(kernels.sumOfSquares(of: slices[0]))] },
    reference: { [ReferenceLoss.sum($0[0].map { Double($0) * Double($0) })] })
}
