import CVectorKernels

/// A vector instruction set that the kernels are compiled for.
///
/// All levels compute the same bits; the environment variable `MISFIT_CPU_LEVEL` (baseline, avx2, avx512)
/// forces a lower one.
package enum CPULevel: Int32, CaseIterable, Sendable {
  case baseline = 0
  case avx2 = 1
  case avx512 = 2

  /// The highest level of this processor and this build.
  package static var highest: CPULevel { CPULevel(rawValue: misfit_highest_cpu_level()) ?? .baseline }

  /// The name of the level in `MISFIT_CPU_LEVEL`.
  package var name: String {
    switch self {
    case .baseline: "baseline"
    case .avx2: "avx2"
    case .avx512: "avx512"
    }
  }
}
