import MisfitKernels

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Activation {
  /// Returns the activation of a sum.
  func reference(_ z: Double) -> Double {
    switch self {
    case .linear: z
    case .relu: z > 0 ? z : 0
    case .leakyReLU: z > 0 ? z : 0.3 * z
    case .elu: z > 0 ? z : exp(z) - 1
    case .selu: 1.05070098735548049342 * (z > 0 ? z : 1.67326324235437728481 * (exp(z) - 1))
    case .sigmoid: 1 / (1 + exp(-z))
    case .tanh: tanhOf(z)
    case .softplus: log(1 + exp(z))
    }
  }

  /// Returns the derivative at the sum whose activation is `y`.
  func referenceSlope(atOutput y: Double) -> Double {
    switch self {
    case .linear: 1
    case .relu: y > 0 ? 1 : 0
    case .leakyReLU: y > 0 ? 1 : 0.3
    case .elu: y > 0 ? 1 : y + 1
    case .selu: 1.05070098735548049342 * (y > 0 ? 1 : 1.67326324235437728481) + (y > 0 ? 0 : y)
    case .sigmoid: y * (1 - y)
    case .tanh: 1 - y * y
    case .softplus: 1 - exp(-y)
    }
  }
}

/// The hyperbolic tangent, out of reach of the case of the same name.
private func tanhOf(_ z: Double) -> Double { tanh(z) }
