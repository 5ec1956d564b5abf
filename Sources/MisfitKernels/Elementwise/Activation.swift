import CVectorKernels

/// The activation function of a layer.
public enum Activation: String, CaseIterable, Sendable, Codable {
  /// `z`.
  case linear
  /// `max(z, 0)`.
  case relu
  /// `z`, or `0.3 z` below zero, as Keras' LeakyReLU.
  case leakyReLU = "leaky-relu"
  /// `z`, or `e^z - 1` below zero (Clevert et al., 2016).
  case elu
  /// ELU scaled so that activations keep mean 0 and variance 1 (Klambauer et al., 2017).
  case selu
  /// `1 / (1 + e^-z)`.
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// `ln(1 + e^z)`.
  case softplus

  var code: Int32 {
    switch self {
    case .linear: Int32(MISFIT_LINEAR.rawValue)
    case .relu: Int32(MISFIT_RELU.rawValue)
    case .leakyReLU: Int32(MISFIT_LEAKY_RELU.rawValue)
    case .elu: Int32(MISFIT_ELU.rawValue)
    case .selu: Int32(MISFIT_SELU.rawValue)
    case .sigmoid: Int32(MISFIT_SIGMOID.rawValue)
    case .tanh: Int32(MISFIT_TANH.rawValue)
    case .softplus: Int32(MISFIT_SOFTPLUS.rawValue)
    }
  }
}
