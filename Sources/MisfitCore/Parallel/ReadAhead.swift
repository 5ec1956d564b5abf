/// Fills slots on a thread of its own while the caller works on those that are full: reading overlaps with
/// computing.
///
/// Slots are reused, so a stream of any length takes the memory of `slotCount` slots. One caller at a time.
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
  /// Nil where the system has no thread to give: slots are then filled as they are asked for.
  private var thread: WorkerThread?

  /// Starts to fill `slots` in turn; `fill` gives false at the end of the stream, and its slot is then not
  /// handed out.
  package init(slots: [Slot], fill: @escaping @Sendable (Slot) throws -> Bool) {
    precondition(slots.count >= 2, "reading ahead takes two slots")
    empty = slots
    self.fill = fill
    thread = WorkerThread.started { [weak self] in
      while let slot = self?.takeEmpty(), self?.fillSlot(slot) == true {}
    }
  }

  /// The next full slot, valid until the next call; nil at the end.
  ///
  /// - Throws: what `fill` threw, after the slots that were filled before it.
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

  /// Stops the thread and waits for it; a slot that is being filled is filled to its end.
  package func cancel() {
    gate.change { isCancelled = true }
    thread?.join()
    thread = nil
  }

  /// Stops the thread without waiting: it may hang in the system, at a pipe that nobody writes to.
  package func abandon() {
    gate.change { isCancelled = true }
    thread?.detach()
    thread = nil
  }

  /// Whether the stream goes on.
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
