import MisfitKernels

/// The precision that training is asked for, and the one it can have.
public struct PrecisionChoice: Hashable, Sendable {
  /// What training computes with.
  public let precision: Precision
  /// Why that is not what was asked for, as a sentence for the user; nil where it is.
  public let reason: String?

  /// What becomes of a wish for this network and these rows to a step.
  ///
  /// A network of a few hundred parameters stays in f32: its step is one call on values that never leave the
  /// first cache, and has no products large enough to gain by bf16.
  /// So does one with layers that are not dense, or trained with noise, penalties or targets of its own.
  ///
  /// `hasTargets` says that rows have targets of their own.
  public init(_ wish: Precision, for network: Network, batchSize: Int, hasTargets: Bool = false) {
    self.init(wish, for: network, batchSize: batchSize, isPlainDense: network.isDense && !hasTargets)
  }

  init(_ wish: Precision, for network: Network, batchSize: Int, isPlainDense: Bool) {
    let reason: String? =
      if wish == .single {
        nil
      } else if let obstacle = BFloat16Support.reasonAgainst {
        obstacle
      } else if !isPlainDense {
        "bf16 is for dense layers, trained without noise, penalties and targets of their own."
      } else if SmallTrainingPlan.suits(network, batchSize: batchSize) {
        "A network of \(network.parameterCount) parameters has nothing to gain by bf16."
      } else {
        nil
      }
    precision = reason == nil ? wish : .single
    self.reason = reason
  }
}
