import Synchronization
import Testing

@testable import MisfitCore

/// A lost wake-up shows as an endless wait.
@Suite("Ordered work by several threads", .timeLimit(.minutes(1)))
struct OrderedWorkTests {
  private final class Slot: @unchecked Sendable {
    var number = 0
    var square = 0
  }

  private struct Stop: Error, Equatable { let number: Int }

  /// Numbers from 0 on, squared; errors on request.
  private final class Stream: Sendable {
    let length: Int
    let failsToFill: Int
    let failsToWork: Set<Int>
    let filled = Atomic<Int>(0)
    let fillers = Atomic<Int>(0)
    let isShared = Atomic<Bool>(false)
    let workers = Mutex<Set<Int>>([])

    init(_ length: Int, failsToFill: Int = .max, failsToWork: Set<Int> = []) {
      self.length = length
      self.failsToFill = failsToFill
      self.failsToWork = failsToWork
    }

    func work(threads: Int, slots: Int) -> OrderedWork<Slot> {
      OrderedWork(
        slots: (0..<slots).map { _ in Slot() }, threadCount: threads,
        fill: { [self] slot in
          if fillers.add(1, ordering: .relaxed).newValue > 1 { isShared.store(true, ordering: .relaxed) }
          defer { fillers.subtract(1, ordering: .relaxed) }
          slot.number = filled.add(1, ordering: .relaxed).oldValue
          if slot.number == failsToFill { throw Stop(number: slot.number) }
          return slot.number < length
        },
        work: { [self] slot, worker in
          _ = workers.withLock { $0.insert(worker) }
          if failsToWork.contains(slot.number) { throw Stop(number: slot.number) }
          slot.square = slot.number * slot.number
        })
    }
  }

  @Test("results come in the order of the stream", arguments: [(1, 2), (1, 5), (2, 3), (4, 10), (8, 9)])
  func order(_ threads: Int, _ slots: Int) throws {
    for length in [0, 1, 2, 7, 500] {
      let stream = Stream(length)
      let work = stream.work(threads: threads, slots: slots)
      for number in 0..<length {
        let slot = try #require(try work.next())
        #expect(slot.number == number && slot.square == number * number)
      }
      #expect(try work.next() == nil)
      #expect(try work.next() == nil)
      let isShared = stream.isShared.load(ordering: .relaxed)
      #expect(!isShared, "two threads at the stream")
      #expect(stream.workers.withLock { $0.allSatisfy { $0 >= 0 && $0 < threads } })
    }
  }

  @Test("an error comes after all slots before it, and again on every later call", arguments: [1, 2, 4])
  func errors(_ threads: Int) throws {
    for place in [0, 1, 2, 50] {
      for stream in [Stream(100, failsToFill: place), Stream(100, failsToWork: [place, place + 1])] {
        let work = stream.work(threads: threads, slots: threads + 2)
        for number in 0..<place { #expect(try work.next()?.number == number) }
        for _ in 0..<3 { #expect(throws: Stop(number: place)) { try work.next() } }
        let filled = stream.filled.load(ordering: .relaxed)
        #expect(filled <= place + threads + 3, "goes on behind the error")
      }
    }
  }

  @Test("the slot that the caller uses is not written to")
  func lent() throws {
    let work = Stream(200).work(threads: 2, slots: 3)
    while let slot = try work.next() {
      let number = slot.number
      for _ in 0..<200 { #expect(slot.number == number) }
    }
  }

  @Test("dropping it at any time leaves no thread behind")
  func dropped() throws {
    for count in 0..<20 {
      let stream = Stream(.max)
      var work: OrderedWork<Slot>? = stream.work(threads: 3, slots: 6)
      for _ in 0..<count { _ = try work?.next() }
      work = nil
      let filled = stream.filled.load(ordering: .relaxed)
      #expect(filled <= count + 6)
      let later = stream.filled.load(ordering: .relaxed)
      #expect(later == filled)
    }
  }
}
