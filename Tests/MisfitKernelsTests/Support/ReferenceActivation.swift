import Foundation

@testable import MisfitKernels

/// Activations and their slopes as the textbooks write them, in doubles.
enum ReferenceActivation {
  static let seluScale = 1.0507009873554805
  static let seluAlpha = 1.6732632423543772

  static func value(_ activation: Activation, at z: Double) -> Double {
    switch activation {
    case .linear: z
    case .relu: z < 0 ? 0 : z
    case .leakyReLU: z < 0 ? 0.3 * z : z
    case .elu: z < 0 ? expm1(z) : z
    case .selu: seluScale * (z < 0 ? seluAlpha * expm1(z) : z)
    case .sigmoid: 1 / (1 + exp(-z))
    case .tanh: tanh(z)
    case .softplus: z > 0 ? z + log1p(exp(-z)) : log1p(exp(z))
    }
  }

  /// The derivative, from the argument and not from the output, so that it shares nothing with the kernel.
  static func slope(_ activation: Activation, at z: Double) -> Double {
    switch activation {
    case .linear: 1
    case .relu: z > 0 ? 1 : 0
    case .leakyReLU: z > 0 ? 1 : 0.3
    case .elu: z > 0 ? 1 : exp(z)
    case .selu: z > 0 ? seluScale : seluScale * seluAlpha * exp(z)
    case .sigmoid: 1 / (2 + exp(z) + exp(-z))
    case .tanh: 1 / (cosh(z) * cosh(z))
    case .softplus: 1 / (1 + exp(-z))
    }
  }

  /// The magnitude that units in the last place are relative to.
  ///
  /// The negative arms of ELU and SELU are e^z - 1, tanh is a quotient of such: relative to themselves. Only
  /// a slope taken from an output near its limit (1 - y^2, y + 1) cancels, and is counted relative to the
  /// largest slope.
  static func slopeMagnitude(_ activation: Activation) -> Double {
    switch activation {
    case .elu, .tanh, .softplus, .sigmoid: 1
    case .selu: seluScale * seluAlpha
    default: 0
    }
  }
}
