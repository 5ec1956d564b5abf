import Foundation
import Synchronization
import Testing

@testable import MisfitCore

/// A lost wake-up shows as an endless wait.
@Suite(.timeLimit(.minutes(1))) struct WorkerPoolTests {
  /// The number of runs of each shard; threads write to separate elements unless the pool is wrong, so the
  /// elements are atomic.
  final class Counts: ShardedWork, Sendable {
    private let counts: [Count]

    final class Count: Sendable { let value = Atomic<Int>(0) }

    init(_ count: Int) { counts = (0..<count).map { _ in Count() } }
    func run(shard: Int) { add(shard) }
    func add(_ shard: Int) { counts[shard].value.add(1, ordering: .relaxed) }
    var values: [Int] { counts.map { $0.value.load(ordering: .relaxed) } }
  }

  @Test("every shard runs exactly once", arguments: [1, 2, 3, 8], [0, 1, 2, 3, 7, 64, 1000])
  func everyShardOnce(_ threadCount: Int, _ shardCount: Int) {
    let pool = WorkerPool(threadCount: threadCount)
    let counts = Counts(shardCount)
    pool.run(shardCount: shardCount) { counts.add($0) }
    #expect(counts.values == [Int](repeating: 1, count: shardCount))
  }

  @Test(
    "thousands of runs in a row miss no shard, repeat none, and are seen by the caller", arguments: [2, 3, 8])
  func stress(_ threadCount: Int) {
    let pool = WorkerPool(threadCount: threadCount)
    let values = FloatBuffer(count: 16).all
    var generator = SeededGenerator(seed: 1)
    var wrong = 0
    for run in 1...5000 {
      let shardCount = 1 + generator.nextIndex(below: 16)
      values.fill(with: 0)
      // Not atomic: if the caller continued before a worker's write was visible, it would read an old number.
      pool.run(shardCount: shardCount) { values[$0] += Float(run) }
      let expected = (0..<16).map { $0 < shardCount ? Float(run) : 0 }
      if values.array != expected { wrong += 1 }
      // Now and then the workers fall asleep in between.
      if run % 500 == 0 { usleep(2000) }
    }
    #expect(wrong == 0)
  }

  @Test("runs after a pause wake the workers", arguments: [2, 8])
  func afterSleep(_ threadCount: Int) {
    let pool = WorkerPool(threadCount: threadCount)
    let counts = Counts(32)
    for _ in 0..<100 {
      usleep(300)
      pool.run(shardCount: 32) { counts.add($0) }
    }
    #expect(counts.values == [Int](repeating: 100, count: 32))
  }

  @Test("a caller whose share is done blocks until a slow worker is done")
  func slowWorker() {
    let pool = WorkerPool(threadCount: 2)
    let done = Counts(2)
    for _ in 0..<5 {
      pool.run(shardCount: 2) { shard in
        usleep(shard == 0 ? 100 : 20_000)
        done.add(shard)
      }
    }
    #expect(done.values == [5, 5])
  }

  @Test("all threads work: as many shards as threads can wait for each other")
  func allThreadsTakePart() {
    let pool = WorkerPool(threadCount: 4)
    #expect(pool.threadCount == 4)
    let gate = Gate()
    let arrived = Counts(1)
    for round in 1...50 {
      pool.run(shardCount: 4) { _ in
        gate.change { arrived.add(0) }
        gate.wait(until: { arrived.values[0] >= 4 * round })
      }
    }
    #expect(arrived.values == [200])
  }

  @Test("pools come and go, used or not")
  func comeAndGo() {
    let counts = Counts(8)
    for index in 0..<300 {
      let pool = WorkerPool(threadCount: 1 + index % 4)
      if index % 3 > 0 { pool.run(shardCount: 8) { counts.add($0) } }
    }
    #expect(counts.values == [Int](repeating: 200, count: 8))
  }

  @Test("each new thread is prepared once, before its first shard")
  func prepares() {
    final class Prepared: Sendable { let count = Atomic<Int>(0) }
    let prepared = Prepared()
    do {
      let pool = WorkerPool(threadCount: 5) { prepared.count.add(1, ordering: .relaxed) }
      pool.run(shardCount: 100) { _ in }
    }
    #expect(prepared.count.load(ordering: .relaxed) == 4)
  }

  @Test("a body may use its own pool: the inner shards run on its thread")
  func nested() {
    let pool = WorkerPool(threadCount: 3)
    let counts = Counts(100)
    pool.run(shardCount: 10) { outer in
      pool.run(shardCount: 10) { counts.add(outer * 10 + $0) }
    }
    #expect(counts.values == [Int](repeating: 1, count: 100))
  }

  @Test("several callers share a pool")
  func severalCallers() {
    let pool = WorkerPool(threadCount: 3)
    let counts = Counts(3 * 16)
    let callers = (0..<3).map { caller in
      WorkerThread {
        for _ in 0..<1000 { pool.run(shardCount: 16) { counts.add(caller * 16 + $0) } }
      }
    }
    for caller in callers { caller.join() }
    #expect(counts.values == [Int](repeating: 1000, count: 48))
  }

  @Test("the number of a run may wrap around")
  func wrapping() {
    let run = WorkerRun(laneCount: 3, lastNumber: 0xFFFF_FFFD)
    let threads = (1..<3).map { lane in WorkerThread { run.workUntilStopped(lane: lane) } }
    let counts = Counts(8)
    for _ in 0..<6 { run.perform(shardCount: 8, counts) }
    run.stop()
    for thread in threads { thread.join() }
    #expect(counts.values == [Int](repeating: 6, count: 8))
  }

  @Test("the shards of an absent thread are done by the others", arguments: [1, 5, 8])
  func deserted(_ shardCount: Int) {
    let run = WorkerRun(laneCount: 4)
    let thread = WorkerThread { run.workUntilStopped(lane: 2) }
    let counts = Counts(shardCount)
    for _ in 0..<100 { run.perform(shardCount: shardCount, counts) }
    run.stop()
    thread.join()
    #expect(counts.values == [Int](repeating: 100, count: shardCount))
  }

  @Test("a pool without threads is a precondition failure")
  func noThreads() async {
    await #expect(processExitsWith: .failure) { _ = WorkerPool(threadCount: 0) }
  }

  #if os(Linux)
    @Test("if the system has no threads left, the caller works alone")
    func noThreadsToGive() async {
      await #expect(processExitsWith: .success) {
        let status = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(status.split(separator: " ").first.flatMap { UInt($0) })
        // Room for small things, not for the stack of a thread.
        var limit = rlimit(rlim_cur: pages * 4096 + 4_000_000, rlim_max: .max)
        try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
        let pool = WorkerPool(threadCount: 4)
        let values = FloatBuffer(count: 10).all
        pool.run(shardCount: 10) { values[$0] += 1 }
        exit(pool.threadCount == 1 && values.array == [Float](repeating: 1, count: 10) ? 0 : 1)
      }
    }
  #endif

  @Test("the processors of this process are counted")
  func processors() {
    #expect(WorkerPool.availableProcessorCount >= 1)
    #expect(WorkerPool.availableProcessorCount <= ProcessInfo.processInfo.processorCount)
  }
}
