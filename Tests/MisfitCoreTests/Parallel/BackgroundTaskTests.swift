import MisfitCore
import Synchronization
import Testing

@Suite("Background tasks")
struct BackgroundTaskTests {
  private struct Trouble: Error, Equatable { var number: Int }

  @Test("the result is returned")
  func value() { #expect(BackgroundTask { 6 * 7 }.value() == 42) }

  @Test("the error is thrown")
  func failure() {
    let task = BackgroundTask { () throws(Trouble) -> Int in throw Trouble(number: 3) }
    #expect(throws: Trouble(number: 3)) { try task.value() }
  }

  @Test("many tasks run concurrently and all of them finish")
  func many() {
    let tasks = (0..<50).map { number in BackgroundTask { number * number } }
    #expect(tasks.map { $0.value() } == (0..<50).map { $0 * $0 })
  }

  @Test("a dropped task runs to its end")
  func dropped() {
    let count = SharedCount()
    for _ in 0..<10 { _ = BackgroundTask { count.increment() } }
    for _ in 0..<1000 where count.value < 10 { BackgroundTask {}.value() }
    #expect(count.value == 10)
  }

  private final class SharedCount: Sendable {
    private let count = Mutex(0)
    func increment() { count.withLock { $0 += 1 } }
    var value: Int { count.withLock { $0 } }
  }
}
