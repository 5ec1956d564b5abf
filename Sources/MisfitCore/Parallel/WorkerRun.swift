import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the caller and the workers of a ``WorkerPool`` see of a run.
///
/// `tickets` holds the number of the run in its high half and the shards not yet taken in its low half, so
/// that a worker that wakes late cannot take a shard of the next run for one of its own.
///
/// Why nothing is lost, in the order of a run:
/// - `shardCount` and `body` are written before the tickets are stored, and read only by who took a ticket of that run, by an exchange
///   that acquires. The caller does not return, nor write them again, before each taken ticket is counted off
/// `unfinished`.
/// - Who is about to block first says so (`sleepers`, `callerBlocks`), then looks again under the gate's lock; who changes what is waited
///   for changes it first, then asks whether anybody blocks, then takes the lock to wake. All four are
/// sequentially consistent, so one of the   two sees the other.
/// - Each shard's writes are released by its subtraction from `unfinished`, and acquired by the caller that reads 0 there.
final class WorkerRun: @unchecked Sendable {
  private let tickets: Atomic<UInt64>
  private let unfinished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let callerBlocks = Atomic<Bool>(false)
  private let isClaimed = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private let gate = Gate()
  private var shardCount = 0
  private var body: ((Int) -> Void)?

  private static let spinCount = 2_000
  private static let yieldCount = 1_000
  private static let shardMask: UInt64 = 0xFFFF_FFFF

  /// Nothing to do yet; `lastNumber` is that of the run before the first, for tests of its wrapping around.
  init(lastNumber: UInt64 = 0) { tickets = Atomic(lastNumber << 32) }

  /// Whether the caller is now the only one that may call ``perform(shardCount:_:)``.
  func claim() -> Bool { !isClaimed.exchange(true, ordering: .acquiringAndReleasing) }

  /// Gives the claim back.
  func release() { isClaimed.store(false, ordering: .releasing) }

  func perform(shardCount: Int, _ body: @escaping (Int) -> Void) {
    precondition(shardCount <= Int(Self.shardMask), "too many shards")
    // The number wraps around: a plan that runs for days must not stop at the four-billionth run.
    let number = ((tickets.load(ordering: .relaxed) >> 32) + 1) & Self.shardMask
    self.shardCount = shardCount
    self.body = body
    unfinished.store(shardCount, ordering: .relaxed)
    tickets.store(number << 32 | UInt64(shardCount), ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { gate.wakeAll() }
    work(onRun: number)
    waitUntilFinished()
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
      call(shard)
      let left = unfinished.subtract(1, ordering: .sequentiallyConsistent).newValue
      if left == 0, callerBlocks.load(ordering: .sequentiallyConsistent) { gate.wakeAll() }
    }
  }

  /// A function of its own, so that this thread's reference to the closure is surely gone before its shard is
  /// counted off: the caller stops the program where the closure it lent is still held.
  @inline(never) private func call(_ shard: Int) { body?(shard) }

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

  /// Waits for the shards that other threads hold.
  ///
  /// They may share this core, so it is yielded before blocking, which costs a call to wake up.
  private func waitUntilFinished() {
    for turn in 0..<Self.spinCount + Self.yieldCount {
      if unfinished.load(ordering: .acquiring) == 0 { return }
      if turn >= Self.spinCount { sched_yield() }
    }
    callerBlocks.store(true, ordering: .sequentiallyConsistent)
    gate.wait(until: { unfinished.load(ordering: .sequentiallyConsistent) == 0 })
    callerBlocks.store(false, ordering: .relaxed)
  }

  /// The number of a run after `last`, or nil when the pool stops.
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
