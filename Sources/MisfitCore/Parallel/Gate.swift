#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A mutex with a condition variable: threads wait until a condition is true.
@safe package final class Gate: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  package init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` under the lock, then wakes the waiting threads.
  package func change<Result>(_ body: () throws -> Result) rethrows -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    return try body()
  }

  /// Waits until `isOpen` returns true.
  package func wait(until isOpen: () -> Bool) {
    unsafe pthread_mutex_lock(mutex)
    while !isOpen() { unsafe pthread_cond_wait(condition, mutex) }
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Waits until `isOpen` returns true, runs `body` under the same lock, then wakes the waiting threads.
  package func change<Result>(when isOpen: () -> Bool, _ body: () throws -> Result) rethrows -> Result {
    unsafe pthread_mutex_lock(mutex)
    while !isOpen() { unsafe pthread_cond_wait(condition, mutex) }
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    return try body()
  }

  /// Creates the waiting threads check their conditions again.
  package func wakeAll() { change {} }
}
