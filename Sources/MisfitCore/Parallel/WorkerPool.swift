#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Synchronization

/// Threads that share out the shards of a piece of work.
///
/// Work is split by its size, never by the number of threads, and each shard writes to a place of its own: so the result has the same bits
/// at any number of threads. A waiting worker spins for a few microseconds, then blocks, so that another process on its core slows
/// the work in proportion and does not stall it.
public final class WorkerPool: Sendable {
  /// The threads that work, the caller's among them.
  public let threadCount: Int

  private let shared: Shared
  private let threads: [WorkerThread]

  /// Starts `threadCount - 1` workers; the caller of ``run(shardCount:_:)`` is the last.
  ///
  /// `prepareThread` runs once on each new thread, before any work.
  ///
  /// - Precondition: `threadCount` is at least 1.
  public init(threadCount: Int, prepareThread: @escaping @Sendable () -> Void = {}) {
    precondition(threadCount >= 1, "a pool needs a thread")
    self.threadCount = threadCount
    let shared = Shared()
    self.shared = shared
    threads = (1..<threadCount).map { _ in
      WorkerThread {
        prepareThread()
        shared.workUntilStopped()
      }
    }
  }

  deinit {
    shared.stop()
    for thread in threads { thread.join() }
  }

  /// Calls `body` with each number in `0 ..< shardCount`, on whatever thread is free, and returns when all are done.
  ///
  /// One shard, or a pool of one thread, runs here with no hand-over. Not reentrant: `body` must not call the same pool.
  public func run(shardCount: Int, _ body: (Int) -> Void) {
    if shardCount <= 1 || threads.isEmpty {
      for shard in 0..<max(shardCount, 0) { body(shard) }
      return
    }
    withoutActuallyEscaping(body) { body in shared.run(shardCount: shardCount, body) }
  }

  /// The processors that this process may use.
  public static var availableProcessorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

/// What the caller and the workers see of a run.
///
/// `tickets` holds the number of the run in its high half and the shards not yet taken in its low half, so that a worker that wakes late cannot take
/// a shard of the next run for one of its own.
private final class Shared: @unchecked Sendable {
  private let tickets = Atomic<UInt64>(0)
  private let unfinished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private let gate = Gate()
  // Written by the caller before the tickets of a run are handed out, read only by who holds one of them.
  private var shardCount = 0
  private var body: ((Int) -> Void)?

  private static let spinCount = 2_000
  private static let shardMask: UInt64 = 0xFFFF_FFFF

  func run(shardCount: Int, _ body: @escaping (Int) -> Void) {
    precondition(shardCount <= Int(Self.shardMask), "too many shards")
    let number = (tickets.load(ordering: .relaxed) >> 32) + 1
    self.shardCount = shardCount
    self.body = body
    unfinished.store(shardCount, ordering: .relaxed)
    tickets.store(number << 32 | UInt64(shardCount), ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { gate.wakeAll() }
    work(onRun: number)
    var spins = 0
    while unfinished.load(ordering: .acquiring) > 0 {
      spins += 1
      // The last shards are running on other threads: give them this core where there are more threads than cores.
      if spins > Self.spinCount { sched_yield() }
    }
    self.body = nil
  }

  func workUntilStopped() {
    var lastRun: UInt64 = 0
    while let run = waitForRun(after: lastRun) {
      work(onRun: run)
      lastRun = run
    }
  }

  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    gate.wakeAll()
  }

  private func work(onRun run: UInt64) {
    while let shard = takeShard(ofRun: run) {
      body?(shard)
      unfinished.subtract(1, ordering: .acquiringAndReleasing)
    }
  }

  private func takeShard(ofRun run: UInt64) -> Int? {
    var seen = tickets.load(ordering: .acquiring)
    while seen >> 32 == run, seen & Self.shardMask > 0 {
      let (exchanged, original) = tickets.compareExchange(
        expected: seen, desired: seen - 1, ordering: .acquiringAndReleasing)
      if exchanged { return shardCount - Int(seen & Self.shardMask) }
      seen = original
    }
    return nil
  }

  /// The number of a run later than `last`, or nil when the pool stops.
  private func waitForRun(after last: UInt64) -> UInt64? {
    for _ in 0..<Self.spinCount {
      if stopping.load(ordering: .relaxed) { return nil }
      let run = tickets.load(ordering: .acquiring) >> 32
      if run != last { return run }
    }
    sleepers.add(1, ordering: .sequentiallyConsistent)
    defer { sleepers.subtract(1, ordering: .sequentiallyConsistent) }
    gate.wait(until: {
      stopping.load(ordering: .sequentiallyConsistent)
        || tickets.load(ordering: .sequentiallyConsistent) >> 32 != last
    })
    if stopping.load(ordering: .relaxed) { return nil }
    return tickets.load(ordering: .acquiring) >> 32
  }
}
