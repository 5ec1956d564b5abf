import MisfitKernels

/// An optimizer and its hyperparameters; the defaults are those of Keras.
public struct Optimizer: Hashable, Sendable, Codable {
  /// The algorithm of the optimizer.
  public enum Kind: String, CaseIterable, Sendable, Codable {
    case adam
    case adamW = "adamw"
    case adadelta
    case rootMeanSquare = "rmsprop"
    case gradientDescent = "sgd"
  }

  /// The algorithm.
  public var kind: Kind
  /// The initial learning rate.
  public var learningRate: Double
  /// Adam: the decay rate of the mean of the gradients.
  public var beta1 = 0.9
  /// Adam: the decay rate of the mean of the squared gradients.
  public var beta2 = 0.999
  /// RMSprop and Adadelta: the decay rate of the mean of the squared gradients.
  public var rho: Double
  /// The small number that is added to the root in a denominator.
  public var epsilon = 1e-7
  /// Gradient descent: the momentum, the share of the previous step that is kept.
  public var momentum = 0.0
  /// The decoupled weight decay: a step subtracts this share of each parameter, times the learning rate.
  public var weightDecay: Double

  /// Creates an optimizer with the defaults of its algorithm, including the learning rate if it is nil.
  public init(_ kind: Kind = .adam, learningRate: Double? = nil) {
    self.kind = kind
    self.learningRate = learningRate ?? (kind == .gradientDescent ? 0.01 : 0.001)
    rho = kind == .adadelta ? 0.95 : 0.9
    weightDecay = kind == .adamW ? 0.004 : 0
  }

  /// Returns the coefficients of step `number` (from 1) at a learning rate.
  func step(number: Int, learningRate: Double) -> OptimizerStep {
    let decay = Float(learningRate * weightDecay)
    switch kind {
    case .adam, .adamW:
      let first = 1 - power(beta1, number)
      let second = 1 - power(beta2, number)
      return .adam(
        stepSize: Float(learningRate * second.squareRoot() / first), beta1: Float(beta1), beta2: Float(beta2),
        epsilon: Float(epsilon), decay: decay)
    case .gradientDescent:
      return .momentum(learningRate: Float(learningRate), momentum: Float(momentum), decay: decay)
    case .rootMeanSquare:
      return .rootMeanSquare(
        learningRate: Float(learningRate), rho: Float(rho), epsilon: Float(epsilon), decay: decay)
    case .adadelta:
      return .adadelta(
        learningRate: Float(learningRate), rho: Float(rho), epsilon: Float(epsilon), decay: decay)
    }
  }

  /// Returns `base` to an integer power, by squaring: the same bits everywhere, which the system's `pow` does
  /// not guarantee.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, left) = (1.0, base, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= factor }
      factor *= factor
      left >>= 1
    }
    return result
  }
}
