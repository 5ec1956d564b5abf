import Synchronization

/// A request to learn models of windows again, by the signal SIGUSR1.
struct RefreshRequest {
  /// Set by the signal handler with one lock-free store, which is all that a handler may do.
  private static let isRequested = Atomic<Bool>(false)

  /// Starts watching for requests.
  static func watch() -> RefreshRequest {
    isRequested.store(false, ordering: .relaxed)
    Signals.handleUserRequest { _ in RefreshRequest.isRequested.store(true, ordering: .relaxed) }
    return RefreshRequest()
  }

  /// Returns whether there was a request since the last call.
  func take() -> Bool { Self.isRequested.exchange(false, ordering: .relaxed) }
}
