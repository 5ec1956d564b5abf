import MisfitKernels
import MisfitONNX

extension Activation {
  /// Returns the activation of sums in a graph, composed of operators that runtimes have for doubles.
  func graph(_ sums: GraphValue) -> GraphValue {
    switch self {
    case .linear: sums
    case .relu: sums.atLeast(0)
    case .leakyReLU: sums.graph.select(sums > 0, sums, sums * 0.3)
    case .elu: Self.exponentialUnit(sums, 1)
    case .selu: Self.exponentialUnit(sums, 1.67326324235437728481) * 1.05070098735548049342
    case .sigmoid: sums.sigmoid
    case .tanh: sums.hyperbolicTangent
    case .softplus: sums.atLeast(0) + (-sums.magnitude).exponential.logarithmOfOneMore
    }
  }

  private static func exponentialUnit(_ sums: GraphValue, _ factor: Double) -> GraphValue {
    sums.graph.select(sums > 0, sums, sums.atMost(0).exponentialLessOne * factor)
  }
}
