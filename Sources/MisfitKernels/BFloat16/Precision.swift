/// The number format of the factors of a network's matrix products.
///
/// Sums, weights, gradients and the optimizer's averages are 32-bit floats in any case.
public enum Precision: String, CaseIterable, Sendable, Codable {
  /// 32-bit floats.
  case float32 = "f32"
  /// 16-bit floats with the exponent of 32-bit floats, if the processor has instructions for them.
  case bfloat16 = "bf16"
}
