import MisfitCore

@testable import MisfitKernels

/// One parameter's step as in the papers: from parameter, gradient and two moments to parameter and two
/// moments.
private typealias Rule =
  @Sendable (_ p: Double, _ g: Double, _ m: Double, _ v: Double) -> (
    p: Expected, m: Expected, v: Expected
  )

extension KernelOperation {
  static let adam = optimizer(
    "Adam", .adam(stepSize: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 0.0004)
  ) { p, g, m, v in
    let (b1, b2) = (Double(Float(0.9)), Double(Float(0.999)))
    let first = m * b1 + g * (1 - b1)
    let second = v * b2 + g * g * (1 - b2)
    let rate = Double(Float(0.003)) / (second.squareRoot() + Double(Float(1e-7)))
    let update = rate * first
    let decayed = p - p * Double(Float(0.0004))
    return (
      // The two terms of the mean may cancel, leaving their rounding errors.
      Expected(decayed - update, termsUpTo: max(abs(p), rate * max(abs(m), abs(g) / 10))),
      Expected(first, termsUpTo: max(abs(m), abs(g))), Expected(second, termsUpTo: v)
    )
  }

  static let momentum = optimizer("momentum", .momentum(learningRate: 0.01, momentum: 0.8, decay: 0.0004)) {
    p, g, m, v in
    let velocity = m * Double(Float(0.8)) - g * Double(Float(0.01))
    let decayed = p - p * Double(Float(0.0004))
    return (
      Expected(decayed + velocity, termsUpTo: max(abs(p), abs(m), abs(velocity))),
      Expected(velocity, termsUpTo: max(abs(m), abs(g) / 100)), Expected(v)
    )
  }

  static let rootMeanSquare = optimizer(
    "RMSprop", .rootMeanSquare(learningRate: 0.003, rho: 0.9, epsilon: 1e-7, decay: 0.0004),
    firstIsSquare: true
  ) { p, g, m, v in
    let rho = Double(Float(0.9))
    let square = m * rho + g * g * (1 - rho)
    let update = Double(Float(0.003)) * g / (square + Double(Float(1e-7))).squareRoot()
    let decayed = p - p * Double(Float(0.0004))
    return (
      Expected(decayed - update, termsUpTo: max(abs(p), abs(update))), Expected(square, termsUpTo: m),
      Expected(v)
    )
  }

  static let adadelta = optimizer(
    "Adadelta", .adadelta(learningRate: 0.7, rho: 0.95, epsilon: 1e-7, decay: 0.0004), firstIsSquare: true
  ) { p, g, m, v in
    let (rho, epsilon) = (Double(Float(0.95)), Double(Float(1e-7)))
    let square = m * rho + g * g * (1 - rho)
    let update = (v + epsilon).squareRoot() / (square + epsilon).squareRoot() * g
    let meanUpdate = v * rho + update * update * (1 - rho)
    let step = Double(Float(0.7)) * update
    let decayed = p - p * Double(Float(0.0004))
    return (
      Expected(decayed - step, termsUpTo: max(abs(p), abs(step))), Expected(square, termsUpTo: m),
      Expected(meanUpdate, termsUpTo: v)
    )
  }

  /// Every operation of a step rounds once, a root and a quotient among them; measured: 3.7 of the largest
  /// term.
  private static func optimizer(
    _ name: String, _ step: OptimizerStep, firstIsSquare: Bool = false, rule: @escaping Rule
  ) -> KernelOperation {
    KernelOperation(
      name: "a step of \(name)", ulps: 5,
      arguments: { size, generator in
        let first = mixed(size, 1, &generator)
        return [
          mixed(size, 2, &generator), mixed(size, 1, &generator), firstIsSquare ? first.map(abs) : first,
          mixed(size, 1, &generator).map(abs),
        ]
      },
      changes: [0, 2, 3],
      compute: { kernels, slices in
        kernels.step(step, parameters: slices[0], gradients: slices[1], moments: (slices[2], slices[3]))
        return []
      },
      reference: { arguments in
        let steps = arguments[0].indices.map { index in
          rule(
            Double(arguments[0][index]), Double(arguments[1][index]), Double(arguments[2][index]),
            Double(arguments[3][index]))
        }
        return steps.map(\.p) + steps.map(\.m) + steps.map(\.v)
      })
  }
}
