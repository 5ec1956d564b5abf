import MisfitCore

extension FitOptions {
  /// The threads and the memory to use, and the file of an unfinished run.
  public struct Run: Sendable, Hashable {
    /// The number of threads; it does not change the result.
    public var threadCount = WorkerPool.availableProcessorCount
    /// The maximum number of bytes of rows in memory; more rows go to a temporary file.
    public var memoryLimitBytes = MachineMemory.defaultLimitBytes
    /// The path where an unfinished run is saved after each epoch and when it is interrupted; nil saves none.
    ///
    /// The file is kept after the fit; remove it once the model is saved, so that a failing save does not
    /// cost the run.
    public var checkpointPath: String?
    /// Whether to continue the run at ``checkpointPath``, with the options it began with.
    public var resumes = false

    /// Creates options; a thread count and a memory limit left out are those of the machine.
    public init(
      threadCount: Int? = nil, memoryLimitBytes: Int? = nil, checkpointPath: String? = nil,
      resumes: Bool = false
    ) {
      if let threadCount { self.threadCount = threadCount }
      if let memoryLimitBytes { self.memoryLimitBytes = memoryLimitBytes }
      self.checkpointPath = checkpointPath
      self.resumes = resumes
    }
  }
}
