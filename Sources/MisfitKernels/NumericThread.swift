import COneDNN
import CVectorKernels
import MisfitCore

/// How a thread must be set before it computes.
///
/// Denormal numbers are treated as zero (a dead ReLU's moments decay into them, and a step then takes ten
/// times as long), and OpenMP is told to use this thread alone: its barriers spin, which stalls as soon as
/// another process wants a core.
public enum NumericThread {
  /// Sets a thread that does nothing else, for good.
  public static func prepare() {
    _ = misfit_flush_denormals()
    misfit_use_one_openmp_thread()
  }

  /// Sets the calling thread while `body` runs, and then puts its treatment of denormals back.
  public static func scope<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let state = misfit_flush_denormals()
    misfit_use_one_openmp_thread()
    defer { misfit_restore_denormals(state) }
    return try body()
  }

  /// A pool whose threads are all set.
  public static func pool(threadCount: Int) -> WorkerPool {
    WorkerPool(threadCount: threadCount) { prepare() }
  }
}
