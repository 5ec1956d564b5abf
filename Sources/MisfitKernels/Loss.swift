/// What training makes small: a mean over the values of a batch, rows and columns alike.
public enum Loss: String, CaseIterable, Sendable, Codable {
  /// The mean of `(output - target)^2`.
  case meanSquaredError = "mse"
  /// The mean of `|output - target|`.
  case meanAbsoluteError = "mae"
  /// The mean of `-x ln p - (1 - x) ln(1 - p)`, with p the sigmoid of the network's last sums (its logits).
  case binaryCrossEntropy = "bce"
}
