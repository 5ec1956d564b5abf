/// The distribution of initial weights; initial biases are 0.
public enum Initialization: String, CaseIterable, Sendable, Codable {
  /// Uniform in ±sqrt(6 / (inputs + outputs)): Glorot and Bengio, 2010; Keras' default.
  case glorot
  /// Uniform in ±sqrt(6 / inputs): He et al., 2015; for ReLU.
  case he

  func limit(inputs: Int, outputs: Int) -> Float {
    switch self {
    case .glorot: (6 / Float(inputs + outputs)).squareRoot()
    case .he: (6 / Float(inputs)).squareRoot()
    }
  }
}
