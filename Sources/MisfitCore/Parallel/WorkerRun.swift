import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The state that the caller and the workers of a ``WorkerPool`` share during a run.
///
/// Each thread has a lane: a fixed range of the shards, which it takes first, so that the same thread meets
/// the same data again from run to run, in its own cache. A thread that has finished its lane helps in the
/// others, so that a thread that another process keeps from its core does not hold up the rest.
///
/// A lane's `tickets` hold the number of the run in their high half and the shards not yet taken in their low
/// half, so that a worker that wakes late cannot take a shard of the next run for one of its own.
///
/// Why nothing is lost, in the order of a run:
/// - `shardCount` and `sharded` are written before the tickets are stored, and read only by a thread that
///   took a ticket of that run, by an exchange that acquires. The caller does not return, nor write them
///   again, before each taken ticket is subtracted from `unfinished`.
/// - `number` is stored after all tickets, so a thread that has seen it finds the tickets of that run, or a
///   later one's.
/// - A thread that is about to block first announces it (`sleepers`, `callerBlocks`), then looks again under
///   the gate's lock. A thread that changes the awaited state changes it first, then checks whether anybody
///   blocks, then takes the lock to wake. All four are sequentially consistent, so one of the two sees the
///   other.
/// - Each shard's writes are released by its subtraction from `unfinished`, and acquired by the caller that
///   reads 0 there.
@safe final class WorkerRun: @unchecked Sendable {
  /// A lane's tickets, on cache lines of their own.
  private struct Lane: ~Copyable {
    let tickets = Atomic<UInt64>(0)
    let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0)
    let morePadding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (
      0, 0, 0, 0, 0, 0, 0, 0
    )
  }

  private let lanes: UnsafeMutablePointer<Lane>
  private let laneCount: Int
  private let number: Atomic<UInt64>
  private let unfinished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let callerBlocks = Atomic<Bool>(false)
  private let isClaimed = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private let gate = Gate()
  private var shardCount = 0
  private var sharded: (any ShardedWork)?

  /// Some tens of microseconds: longer than threads with equal work wait for one another.
  private static let spinCount = 40_000
  private static let yieldCount = 1_000
  private static let shardMask: UInt64 = 0xFFFF_FFFF

  /// Creates an idle run; `lastNumber` is that of the run before the first, for tests of its overflow.
  init(laneCount: Int, lastNumber: UInt64 = 0) {
    precondition(laneCount >= 1, "a run needs a lane")
    self.laneCount = laneCount
    number = Atomic(lastNumber)
    unsafe lanes = .allocate(capacity: laneCount)
    for lane in 0..<laneCount { unsafe (lanes + lane).initialize(to: Lane()) }
    for lane in 0..<laneCount { unsafe lanes[lane].tickets.store(lastNumber << 32, ordering: .relaxed) }
  }

  deinit {
    unsafe lanes.deinitialize(count: laneCount)
    unsafe lanes.deallocate()
  }

  /// Claims the right to call ``perform(shardCount:_:)``; returns false if another thread has it.
  func claim() -> Bool { !isClaimed.exchange(true, ordering: .acquiringAndReleasing) }

  /// Releases the claim.
  func release() { isClaimed.store(false, ordering: .releasing) }

  /// Runs all shards; the caller's lane is the first.
  func perform(shardCount: Int, _ work: any ShardedWork) {
    precondition(shardCount <= Int(Self.shardMask), "too many shards")
    // The number wraps around: a plan that runs for days must not stop at the four-billionth run.
    let next = (number.load(ordering: .relaxed) + 1) & Self.shardMask
    self.shardCount = shardCount
    sharded = work
    unfinished.store(shardCount, ordering: .relaxed)
    for lane in 0..<laneCount {
      unsafe lanes[lane].tickets.store(next << 32 | UInt64(shards(of: lane).count), ordering: .releasing)
    }
    number.store(next, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { gate.wakeAll() }
    self.work(onRun: next, from: 0)
    waitUntilFinished()
    sharded = nil
  }

  /// Takes shards until the pool stops, those of `lane` first.
  func workUntilStopped(lane: Int) {
    var lastRun = number.load(ordering: .relaxed)
    // A run may have begun before this thread did; its tickets show that.
    work(onRun: lastRun, from: lane)
    while let run = waitForRun(after: lastRun) {
      work(onRun: run, from: lane)
      lastRun = run
    }
  }

  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    gate.wakeAll()
  }

  private func shards(of lane: Int) -> Range<Int> {
    lane * shardCount / laneCount..<(lane + 1) * shardCount / laneCount
  }

  private func work(onRun run: UInt64, from first: Int) {
    for turn in 0..<laneCount {
      let lane = (first + turn) % laneCount
      while let shard = takeShard(of: lane, ofRun: run) {
        call(shard)
        let left = unfinished.subtract(1, ordering: .sequentiallyConsistent).newValue
        if left == 0, callerBlocks.load(ordering: .sequentiallyConsistent) { gate.wakeAll() }
      }
    }
  }

  /// Runs a shard, not inlined, so that this thread's reference to the work is gone before its shard is
  /// counted: the program traps if a lent closure is still referenced when the caller returns.
  @inline(never) private func call(_ shard: Int) { sharded?.run(shard: shard) }

  private func takeShard(of lane: Int, ofRun run: UInt64) -> Int? {
    var seen = unsafe lanes[lane].tickets.load(ordering: .acquiring)
    while seen >> 32 == run, seen & Self.shardMask > 0 {
      let (exchanged, original) = unsafe lanes[lane].tickets.compareExchange(
        expected: seen, desired: seen - 1, ordering: .acquiringAndReleasing)
      if exchanged { return shards(of: lane).upperBound - Int(seen & Self.shardMask) }
      seen = original
    }
    return nil
  }

  /// Waits for the shards that other threads hold.
  ///
  /// They may share this core, so it yields before it blocks, because waking up costs a system call.
  private func waitUntilFinished() {
    for turn in 0..<Self.spinCount + Self.yieldCount {
      if unfinished.load(ordering: .acquiring) == 0 { return }
      if turn >= Self.spinCount { sched_yield() }
    }
    callerBlocks.store(true, ordering: .sequentiallyConsistent)
    gate.wait(until: { unfinished.load(ordering: .sequentiallyConsistent) == 0 })
    callerBlocks.store(false, ordering: .relaxed)
  }

  /// Waits for a run after `last` and returns its number, or nil when the pool stops.
  private func waitForRun(after last: UInt64) -> UInt64? {
    for _ in 0..<Self.spinCount {
      if stopping.load(ordering: .relaxed) { return nil }
      let run = number.load(ordering: .acquiring)
      if run != last { return run }
    }
    sleepers.add(1, ordering: .sequentiallyConsistent)
    defer { sleepers.subtract(1, ordering: .sequentiallyConsistent) }
    gate.wait(until: {
      stopping.load(ordering: .sequentiallyConsistent)
        || number.load(ordering: .sequentiallyConsistent) != last
    })
    if stopping.load(ordering: .relaxed) { return nil }
    return number.load(ordering: .acquiring)
  }
}
