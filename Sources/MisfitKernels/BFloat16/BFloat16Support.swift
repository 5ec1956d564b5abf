import COneDNN
import CVectorKernels

/// The availability of products of bf16 factors.
package enum BFloat16Support {
  /// Whether the processor has bf16 products that are faster than those of floats.
  package static var isAvailable: Bool { reasonAgainst == nil }

  /// A sentence for the user why bf16 products are unavailable; nil if they are available.
  ///
  /// A lower level in the environment variable `MISFIT_CPU_LEVEL` disables them, and so does oneDNN's
  /// `ONEDNN_MAX_CPU_ISA`.
  package static let reasonAgainst: String? = {
    guard unsafe misfit_bfloat16_kernels() != nil, misfit_has_bfloat16_products() != 0 else {
      return """
        This processor has no instructions for bf16 that are faster than those for floats (AVX-512 BF16 of \
        AMD).
        """
    }
    guard VectorKernels.current.level == .avx512 else {
      return "MISFIT_CPU_LEVEL=\(VectorKernels.current.level.name) disables bf16, which needs AVX-512."
    }
    return nil
  }()
}
