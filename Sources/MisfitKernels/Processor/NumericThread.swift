import COneDNN
import CVectorKernels
import MisfitCore

/// The floating-point and OpenMP settings of threads that compute.
///
/// Denormal numbers are treated as zero (the moments of a dead ReLU decay into them, and a step then takes
/// ten times as long), and OpenMP uses only the calling thread: its barriers spin, which stalls as soon as
/// another process needs a core.
package enum NumericThread {
  /// Configures the calling thread permanently.
  package static func prepare() {
    _ = misfit_flush_denormals()
    misfit_use_one_openmp_thread()
  }

  /// Configures the calling thread while `body` runs, and then restores its treatment of denormals.
  package static func scope<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let state = misfit_flush_denormals()
    misfit_use_one_openmp_thread()
    defer { misfit_restore_denormals(state) }
    return try body()
  }

  /// Creates a pool of configured threads.
  package static func pool(threadCount: Int) -> WorkerPool {
    WorkerPool(threadCount: threadCount) { prepare() }
  }
}
