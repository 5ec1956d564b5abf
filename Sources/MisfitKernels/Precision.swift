/// What the factors of a network's matrix products are rounded to; sums, weights, gradients and the
/// optimizer's averages are floats of 32 bits in any case.
public enum Precision: String, CaseIterable, Sendable, Codable {
  /// Floats of 32 bits.
  case single = "f32"
  /// ``BFloat16``, where the processor has instructions for it: see ``BFloat16Support``.
  case bfloat16 = "bf16"
}
