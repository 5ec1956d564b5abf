/// Fills slots on its own thread while the caller processes full ones: reading overlaps with computing.
///
/// Slots are reused, so the memory does not grow with the stream. One caller at a time.
package final class ReadAhead<Slot: Sendable>: @unchecked Sendable {
  private enum End {
    case finished
    case failed(any Error)
  }

  private let gate = Gate()
  // Guarded by the gate.
  private var empty: [Slot]
  private var full: [Slot] = []
  private var end: End?
  private var isCancelled = false
  private var lent: Slot?
  private let fill: @Sendable (Slot) throws -> Bool
  /// The thread; nil if the system has none left: slots are then filled on demand.
  private var thread: WorkerThread?

  /// Starts to fill `slots` in turn.
  ///
  /// `fill` returns false at the end of the stream, and its slot is then not returned.
  package init(slots: [Slot], fill: @escaping @Sendable (Slot) throws -> Bool) {
    precondition(slots.count >= 2, "reading ahead takes two slots")
    empty = slots
    self.fill = fill
    thread = WorkerThread.started { [weak self] in
      while let slot = self?.takeEmpty(), self?.fillSlot(slot) == true {}
    }
  }

  /// Returns the next full slot, valid until the next call, or nil at the end.
  ///
  /// - Throws: the error of `fill`, after the slots that were filled before it.
  package func next() throws -> Slot? {
    var taken: Slot?
    var failure: (any Error)?
    gate.change {
      if let lent { empty.append(lent) }
      lent = nil
    }
    if thread == nil, full.isEmpty, end == nil, let slot = takeEmpty() { _ = fillSlot(slot) }
    gate.wait { !full.isEmpty || end != nil }
    gate.change {
      if !full.isEmpty {
        taken = full.removeFirst()
        lent = taken
      } else if case .failed(let error)? = end {
        failure = error
      }
    }
    if let failure { throw failure }
    return taken
  }

  /// Stops the thread and waits for it; a slot that is being filled is completed.
  package func cancel() {
    gate.change { isCancelled = true }
    thread?.join()
    thread = nil
  }

  /// Stops the thread without waiting: it may block in the system, for example at a pipe that nobody writes
  /// to.
  package func abandon() {
    gate.change { isCancelled = true }
    thread?.detach()
    thread = nil
  }

  /// Fills a slot and returns whether the stream continues.
  private func fillSlot(_ slot: Slot) -> Bool {
    let outcome = Result { try fill(slot) }
    return gate.change {
      switch outcome {
      case .success(true): full.append(slot)
      case .success(false): end = .finished
      case .failure(let error): end = .failed(error)
      }
      return end == nil
    }
  }

  private func takeEmpty() -> Slot? {
    var slot: Slot?
    gate.wait { !empty.isEmpty || isCancelled }
    gate.change { if !isCancelled { slot = empty.removeFirst() } }
    return slot
  }
}
