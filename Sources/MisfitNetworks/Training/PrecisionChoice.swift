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
  /// So does one of dense layers that is trained with a mixed loss, noise, penalties or targets of its own. Of a network with convolutions, these
  /// compute in bf16, and all other layers in f32.
  ///
  /// `hasTargets` says that rows have targets of their own.
  public init(_ wish: Precision, for network: Network, batchSize: Int, hasTargets: Bool = false) {
    self.init(
      wish, for: network, batchSize: batchSize,
      suits: network.hasConvolutions || (network.isDense && !hasTargets))
  }

  init(_ wish: Precision, for network: Network, batchSize: Int, suits: Bool) {
    let reason: String? =
      if wish == .single {
        nil
      } else if let obstacle = BFloat16Support.reasonAgainst {
        obstacle
      } else if !suits {
        "bf16 is for convolutions, and for dense layers trained on values, without noise, penalties and targets of their own."
      } else if SmallTrainingPlan.suits(network, batchSize: batchSize) {
        "A network of \(network.parameterCount) parameters has nothing to gain by bf16."
      } else {
        nil
      }
    precision = reason == nil ? wish : .single
    self.reason = reason
  }
}
