import MisfitKernels

/// The rule by which gradients change parameters; defaults equal Keras'.
public struct Optimizer: Hashable, Sendable, Codable {
  /// The family of the rule.
  public enum Kind: String, CaseIterable, Sendable, Codable {
    case adam
    case adamW = "adamw"
    case adadelta
    case rootMeanSquare = "rmsprop"
    case gradientDescent = "sgd"
  }

  /// The family.
  public var kind: Kind
  /// The learning rate before any reduction.
  public var learningRate: Double
  /// Adam: decay of the mean of the gradients.
  public var beta1 = 0.9
  /// Adam: decay of the mean of their squares.
  public var beta2 = 0.999
  /// RMSprop and Adadelta: decay of the mean of the squares.
  public var rho: Double
  /// Added where a root divides.
  public var epsilon = 1e-7
  /// Gradient descent: the share of the last step that is kept.
  public var momentum = 0.0
  /// The share of each parameter, times the learning rate, that a step takes away (decoupled).
  public var weightDecay: Double

  /// The rule of a family with its defaults; a nil learning rate is the family's own.
  public init(_ kind: Kind = .adam, learningRate: Double? = nil) {
    self.kind = kind
    self.learningRate = learningRate ?? (kind == .gradientDescent ? 0.01 : 0.001)
    rho = kind == .adadelta ? 0.95 : 0.9
    weightDecay = kind == .adamW ? 0.004 : 0
  }

  /// The numbers of step `number` (from 1) at a learning rate.
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

  /// `base` to a whole power, by squaring: the same bits everywhere, which the system's `pow` does not
  /// promise.
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
