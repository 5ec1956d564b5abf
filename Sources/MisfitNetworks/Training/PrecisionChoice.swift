import MisfitKernels

/// The precision that training uses, given the requested one.
package struct PrecisionChoice: Hashable, Sendable {
  /// The precision that training uses.
  package let precision: Precision
  /// A sentence for the user why this is not the requested precision; nil if it is.
  package let reason: String?

  /// Chooses the precision for this network and batch size.
  ///
  /// A network of a few hundred parameters uses float32: its step is one call on values that never leave the
  /// L1 cache, and has no products large enough to gain from bf16. So does a dense network that is trained
  /// with a mixed loss, noise, penalties or separate targets. In a network with convolutions, these compute
  /// in bf16, and all other layers in float32.
  ///
  /// `hasTargets` is whether rows have targets of their own.
  package init(_ requested: Precision, for network: Network, batchSize: Int, hasTargets: Bool = false) {
    self.init(
      requested, for: network, batchSize: batchSize,
      suits: network.hasConvolutions || (network.isDense && !hasTargets))
  }

  init(_ requested: Precision, for network: Network, batchSize: Int, suits: Bool) {
    let reason: String? =
      if requested == .float32 {
        nil
      } else if let obstacle = BFloat16Support.reasonAgainst {
        obstacle
      } else if !suits {
        """
        bf16 supports convolutions, and dense layers trained without a mixed loss, noise, penalties and \
        separate targets.
        """
      } else if SmallTrainingPlan.suits(network, batchSize: batchSize) {
        "A network of \(network.parameterCount) parameters is too small to gain from bf16."
      } else {
        nil
      }
    precision = reason == nil ? requested : .float32
    self.reason = reason
  }
}
