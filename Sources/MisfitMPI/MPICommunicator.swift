import CMPI
import MisfitCore
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The processes that a launcher of MPI has started.
///
/// The library of MPI is opened at run time. An error of MPI itself ends all processes, with a message of the
/// library; so does a process that ends early, which the launcher notices.
package final class MPICommunicator: Communicator {
  package let rank: Int
  package let rankCount: Int
  private let sent = Mutex(Traffic())

  private static let hasStarted = Atomic<Bool>(false)

  /// The communication of this process so far.
  package var traffic: Traffic { sent.withLock { $0 } }

  /// Starts MPI, and waits for all other processes to do so.
  ///
  /// - Throws: ``MPIError``.
  package init(_ launched: LaunchedRank) throws(MPIError) {
    let interface = launched.interface == .openMPI ? misfit_mpi_open_mpi : misfit_mpi_mpich
    guard misfit_mpi_load(Int32(interface.rawValue)) == 1 else { throw MPIError(.noLibrary(launched)) }
    var (rank, count): (Int32, Int32) = (0, 0)
    let code = unsafe misfit_mpi_start(&rank, &count)
    guard code == 0 else { throw MPIError(.notStarted(code: Int(code))) }
    Self.hasStarted.store(true, ordering: .relaxed)
    self.rank = Int(rank)
    rankCount = Int(count)
    // Otherwise each process would be the first one, and all would write the same files.
    guard rankCount == launched.count else { throw MPIError(.otherCount(launched, found: rankCount)) }
  }

  /// Begins to send and to receive messages.
  package func begin(sending: [Message], receiving: [Message]) -> any Transfer {
    let start = ContinuousClock.now
    var requests: [misfit_mpi_request] = []
    for message in receiving { begin(message, isSent: false, adding: &requests) }
    for message in sending { begin(message, isSent: true, adding: &requests) }
    let byteCount = sending.reduce(0) { $0 + $1.values.count * MemoryLayout<Float>.stride }
    sent.withLock { $0.sentByteCount += byteCount }
    noteTime(since: start)
    return MPITransfer(requests, of: sending + receiving, by: self)
  }

  fileprivate func noteTime(since start: ContinuousClock.Instant) {
    let duration = ContinuousClock.now - start
    sent.withLock {
      $0.elapsedSeconds += Double(duration.components.seconds)
      $0.elapsedSeconds += Double(duration.components.attoseconds) * 1e-18
    }
  }

  /// Starts the transfers of a message; MPI counts bytes in 32 bits, so that a large one has several.
  private func begin(_ message: Message, isSent: Bool, adding requests: inout [misfit_mpi_request]) {
    let count = message.values.count
    for first in stride(from: 0, to: count, by: Self.floatsPerTransfer) {
      let part = message.values[first..<min(first + Self.floatsPerTransfer, count)]
      let byteCount = Int32(part.count * MemoryLayout<Float>.stride)
      var request: misfit_mpi_request = 0
      let code =
        isSent
        ? unsafe misfit_mpi_send(part.pointer, byteCount, Int32(message.peer), &request)
        : unsafe misfit_mpi_receive(part.pointer, byteCount, Int32(message.peer), &request)
      precondition(code == 0, "MPI error \(code)")
      requests.append(request)
    }
  }

  private static let floatsPerTransfer = 1 << 26

  /// Ends MPI, if it was started, after all processes have called this.
  package static func finish() {
    if hasStarted.exchange(false, ordering: .relaxed) { misfit_mpi_finish() }
  }

  /// Ends all processes with an exit status, if MPI was started.
  package static func abort(status: Int32) {
    if hasStarted.load(ordering: .relaxed) { misfit_mpi_abort(status) }
  }
}

/// Messages on their way; the thread that began them waits for them.
private final class MPITransfer: Transfer, @unchecked Sendable {
  private let communicator: MPICommunicator
  /// The messages, whose memory must stay.
  private let messages: [Message]
  private var requests: [misfit_mpi_request]

  init(_ requests: [misfit_mpi_request], of messages: [Message], by communicator: MPICommunicator) {
    self.requests = requests
    self.messages = messages
    self.communicator = communicator
  }

  func advance() { while !requests.isEmpty, hasLastArrived() {} }

  /// Waits until all messages have arrived; leaves the core to other processes after a short while.
  func wait() {
    let start = ContinuousClock.now
    var turn = 0
    while !requests.isEmpty {
      if hasLastArrived() { continue }
      turn += 1
      if turn > Self.spinCount { sched_yield() }
    }
    communicator.noteTime(since: start)
  }

  /// Removes the last message if it has arrived.
  private func hasLastArrived() -> Bool {
    var hasArrived: Int32 = 0
    let code = unsafe misfit_mpi_test(&requests[requests.count - 1], &hasArrived)
    precondition(code == 0, "MPI error \(code)")
    if hasArrived != 0 { requests.removeLast() }
    return hasArrived != 0
  }

  private static let spinCount = 100
}
