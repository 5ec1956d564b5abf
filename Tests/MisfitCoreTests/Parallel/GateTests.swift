import Synchronization
import Testing

@testable import MisfitCore

/// A lost wake-up shows as an endless wait.
@Suite(.timeLimit(.minutes(1))) struct GateTests {
  final class Number: Sendable { let value = Atomic<Int>(0) }

  @Test("a waiting thread continues when its condition is true, and not before")
  func wait() {
    let (gate, step) = (Gate(), Number())
    let thread = WorkerThread {
      for wanted in stride(from: 1, to: 2000, by: 2) {
        gate.wait(until: { step.value.load(ordering: .relaxed) == wanted })
        gate.change { step.value.store(wanted + 1, ordering: .relaxed) }
      }
    }
    for wanted in stride(from: 1, to: 2000, by: 2) {
      gate.change { step.value.store(wanted, ordering: .relaxed) }
      gate.wait(until: { step.value.load(ordering: .relaxed) == wanted + 1 })
    }
    thread.join()
    #expect(step.value.load(ordering: .relaxed) == 2000)
  }

  @Test("changes exclude each other")
  func exclusion() {
    let gate = Gate()
    // A plain float, so that two at once would lose additions.
    let sum = FloatBuffer(count: 1).all
    let threads = (0..<4).map { _ in
      WorkerThread { for _ in 0..<5000 { gate.change { sum[0] += 1 } } }
    }
    for thread in threads { thread.join() }
    #expect(sum[0] == 20_000)
  }

  @Test("a change that throws unlocks the gate, and rethrows its error")
  func throwing() {
    struct Stop: Error {}
    let gate = Gate()
    #expect(throws: Stop.self) { try gate.change { throw Stop() } }
    #expect(gate.change { 7 } == 7)
  }
}

/// A lost wake-up shows as an endless wait.
@Suite(.timeLimit(.minutes(1))) struct WorkerThreadTests {
  @Test("a thread has done its work when it is joined")
  func join() throws {
    let values = FloatBuffer(count: 20).all
    let threads = (0..<20).map { index in WorkerThread { values[index] = Float(index) } }
    for thread in threads { thread.join() }
    #expect(values.array == (0..<20).map(Float.init))
    let started = try #require(WorkerThread.started { values[0] = 100 })
    started.join()
    #expect(values[0] == 100)
  }

  @Test("a thread releases its closure")
  func release() {
    final class Held: Sendable {}
    weak var held: Held?
    do {
      let object = Held()
      held = object
      WorkerThread { [object] in _ = object }.join()
    }
    #expect(held == nil)
  }
}
