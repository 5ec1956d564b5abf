/// Fills slots in order, processes several of them concurrently, and returns them in the order of filling.
///
/// A thread that takes a slot from the stream processes it to the end, so threads meet only at the stream and
/// at the exit. A thread that shares its core with another process delays its own slot, and the others
/// continue. The caller helps while the slot it waits for is not ready. Slots are reused, so the memory does
/// not grow with the stream.
package final class OrderedWork<Slot: Sendable>: Sendable {
  private let line: OrderedLine<Slot>
  private let threads: [WorkerThread]

  /// Starts `threadCount - 1` threads; the caller of ``next()`` is the last.
  ///
  /// One thread at a time calls `fill`, in the order of the stream; it returns false at the end, and its slot
  /// is then not returned. Several threads call `work` at once, each with a different thread number below
  /// `threadCount`.
  ///
  /// - Precondition: there are more slots than threads, because the caller holds one.
  package init(
    slots: [Slot], threadCount: Int,
    fill: @escaping @Sendable (Slot) throws -> Bool,
    work: @escaping @Sendable (_ slot: Slot, _ worker: Int) throws -> Void
  ) {
    precondition(threadCount >= 1 && slots.count > threadCount, "too few slots for the threads")
    let line = OrderedLine(slots: slots, fill: fill, work: work)
    self.line = line
    threads = (1..<threadCount).compactMap { worker in
      WorkerThread.started {
        while line.step(worker) {}
      }
    }
  }

  /// Waits for the threads, which finish the slots they have begun.
  deinit {
    line.cancel()
    for thread in threads { thread.join() }
  }

  /// Returns the next slot, valid until the next call, or nil at the end.
  ///
  /// - Throws: the error of `fill` or `work`, after the slots before it, and again on every later call.
  package func next() throws -> Slot? {
    line.takeBack()
    while line.help() {}
    return try line.next()
  }
}

/// The state that the threads of an ``OrderedWork`` and its caller share.
private final class OrderedLine<Slot: Sendable>: @unchecked Sendable {
  private let gate = Gate()
  private let fill: @Sendable (Slot) throws -> Bool
  private let work: @Sendable (Slot, Int) throws -> Void
  // Guarded by the gate.
  private var empty: [Slot]
  private var isFilling = false
  private var isOver = false
  private var filledCount = 0
  private var givenCount = 0
  private var done: [Int: Result<Slot, any Error>] = [:]
  private var lent: Slot?

  init(
    slots: [Slot], fill: @escaping @Sendable (Slot) throws -> Bool,
    work: @escaping @Sendable (Slot, Int) throws -> Void
  ) {
    empty = slots
    self.fill = fill
    self.work = work
  }

  private var canFill: Bool { !isOver && !isFilling && !empty.isEmpty }

  private var hasNext: Bool { done[givenCount] != nil || (isOver && !isFilling && givenCount == filledCount) }

  func cancel() { gate.change { isOver = true } }

  func takeBack() {
    gate.change {
      if let lent { empty.append(lent) }
      lent = nil
    }
  }

  func next() throws -> Slot? {
    try gate.change(when: { hasNext }) {
      guard let result = done[givenCount] else { return nil }
      let slot = try result.get()
      done[givenCount] = nil
      givenCount += 1
      lent = slot
      return slot
    }
  }

  /// Fills a slot and processes it; returns false if there is nothing left to do.
  func step(_ worker: Int) -> Bool {
    let free: Slot? = gate.change(when: { isOver || canFill }) { canFill ? takeEmpty() : nil }
    guard let free else { return false }
    return workOn(free, worker)
  }

  /// Processes a slot on the caller's thread, unless the next one is ready or all are taken.
  ///
  /// Returns false if ``next()`` need not wait.
  func help() -> Bool {
    let free: Slot? = gate.change(when: { hasNext || canFill }) { hasNext ? nil : takeEmpty() }
    guard let free else { return false }
    // At the end of the stream, other threads may still be processing slots.
    _ = workOn(free, 0)
    return true
  }

  private func takeEmpty() -> Slot {
    isFilling = true
    return empty.removeLast()
  }

  /// Fills and processes a slot, and returns whether the stream continues.
  private func workOn(_ slot: Slot, _ worker: Int) -> Bool {
    guard let place = filledPlace(slot) else { return false }
    let outcome = Result { try work(slot, worker) }
    gate.change {
      done[place] = outcome.map { slot }
      if case .failure = outcome { isOver = true }
    }
    return true
  }

  /// Fills a slot and returns its index in the stream, or nil at the end.
  private func filledPlace(_ slot: Slot) -> Int? {
    let outcome = Result { try fill(slot) }
    return gate.change {
      isFilling = false
      switch outcome {
      case .success(true):
        filledCount += 1
        return filledCount - 1
      case .success(false): isOver = true
      case .failure(let error):
        done[filledCount] = .failure(error)
        filledCount += 1
        isOver = true
      }
      return nil
    }
  }
}
