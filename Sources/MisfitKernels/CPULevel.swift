import CVectorKernels

/// A width of vector instructions that our own kernels are compiled for.
///
/// All levels give the same bits; the environment variable `MISFIT_CPU_LEVEL` (baseline, avx2, avx512) forces
/// a lower one.
public enum CPULevel: Int32, CaseIterable, Sendable {
  case baseline = 0
  case avx2 = 1
  case avx512 = 2

  /// The highest level that this processor and this build have.
  public static var highest: CPULevel { CPULevel(rawValue: misfit_highest_cpu_level()) ?? .baseline }

  /// The name used on the command line.
  public var name: String {
    switch self {
    case .baseline: "baseline"
    case .avx2: "avx2"
    case .avx512: "avx512"
    }
  }
}
