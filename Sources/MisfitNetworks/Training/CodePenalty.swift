/// A penalty on the code, added to the gradient of the loss.
///
/// Reported losses do not include penalties, so that models can be compared.
public enum CodePenalty: Hashable, Sendable, Codable {
  /// `weight` times the sum of the absolute values of the code, averaged over rows: most of them become 0.
  case absolute(weight: Double)
  /// `weight` times the sum over units of the Kullback-Leibler divergence between a unit's mean over the
  /// batch and `target` (Ng, "Sparse autoencoder", 2011); for a sigmoid code.
  case divergence(weight: Double, target: Double)
  /// `weight` times the squared Frobenius norm of the code's derivatives with respect to the input, averaged
  /// over rows (Rifai et al., "Contractive auto-encoders", 2011); exact, for an encoder of one dense layer.
  case contractive(weight: Double)
}
