/// The number format of the factors of a network's matrix products.
///
/// Sums, weights, gradients and the optimizer's averages are 32-bit floats in any case.
public enum Precision: String, CaseIterable, Sendable, Codable {
  /// 32-bit floats.
  case float32 = "f32"
  /// ``BFloat16``, if the processor has instructions for it: see ``BFloat16Support``.
  case bfloat16 = "bf16"
}
