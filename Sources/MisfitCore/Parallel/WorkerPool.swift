#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Threads that share the shards of a computation.
///
/// Work is split by its size, never by the number of threads, and each shard writes to its own range. So the
/// result has the same bits at any number of threads. Waiting threads spin for a few microseconds, then
/// block, so that another process on a core slows the work in proportion and does not stall it.
package final class WorkerPool: Sendable {
  /// The number of threads, including the caller; less than requested if the system had no more.
  package let threadCount: Int

  private let run: WorkerRun
  private let threads: [WorkerThread]

  /// Starts `threadCount - 1` workers; the caller of ``run(shardCount:_:)`` is the last.
  ///
  /// `prepareThread` runs once on each new thread, before any work.
  ///
  /// - Precondition: `threadCount` is at least 1.
  package init(threadCount: Int, prepareThread: @escaping @Sendable () -> Void = {}) {
    precondition(threadCount >= 1, "a pool needs a thread")
    let run = WorkerRun(laneCount: threadCount)
    self.run = run
    threads = (1..<threadCount).compactMap { lane in
      WorkerThread.started {
        prepareThread()
        run.workUntilStopped(lane: lane)
      }
    }
    self.threadCount = threads.count + 1
  }

  deinit {
    run.stop()
    for thread in threads { thread.join() }
  }

  /// Calls `body` with each number in `0 ..< shardCount`, on any free thread, and returns when all are done.
  ///
  /// One shard, or a pool of one thread, runs on the calling thread. So does a call while the pool is busy,
  /// from a second thread or from inside a `body`: it never waits for another run, and its result is the
  /// same.
  package func run(shardCount: Int, _ body: (Int) -> Void) {
    guard shardCount > 1, !threads.isEmpty, run.claim() else {
      for shard in 0..<max(shardCount, 0) { body(shard) }
      return
    }
    withoutActuallyEscaping(body) { body in
      run.perform(shardCount: shardCount, ClosureWork(body))
    }
    run.release()
  }

  /// Runs work that is an object created beforehand: nothing is allocated.
  package func run(shardCount: Int, _ work: some ShardedWork) {
    guard shardCount > 1, !threads.isEmpty, run.claim() else {
      for shard in 0..<max(shardCount, 0) { work.run(shard: shard) }
      return
    }
    run.perform(shardCount: shardCount, work)
    run.release()
  }

  /// The number of processors that this process may use: on Linux those of its affinity mask (`taskset`,
  /// containers), elsewhere all.
  package static var availableProcessorCount: Int {
    #if os(Linux)
      if let count = boundProcessorCount { return count }
    #endif
    return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// The number of bits of `Cpus_allowed:` in `/proc/self/status`, because Swift does not import the system
  /// call for it.
  private static var boundProcessorCount: Int? {
    guard let file = try? ByteFile.reading("/proc/self/status") else { return nil }
    var bytes: [UInt8] = []
    while let count = try? file.read(upTo: 4096, appendingTo: &bytes), count > 0 {}
    let label = "Cpus_allowed:"
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix(label) }) else { return nil }
    let count = line.dropFirst(label.count).compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
    return count > 0 ? count : nil
  }
}

/// Work that is split into shards, each run by any thread.
package protocol ShardedWork: AnyObject {
  /// Runs one shard; several threads call it concurrently, for different shards.
  func run(shard: Int)
}

/// A closure as work.
private final class ClosureWork: ShardedWork {
  private let body: (Int) -> Void
  init(_ body: @escaping (Int) -> Void) { self.body = body }
  func run(shard: Int) { body(shard) }
}
