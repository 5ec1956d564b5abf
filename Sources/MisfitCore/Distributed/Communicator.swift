/// The processes that compute one result together.
///
/// Each process, a rank, runs the same program on the same data, and calls ``begin(sending:receiving:)`` as
/// often as all others. An implementation ends all processes if one of them fails, so that no call has to
/// report errors.
package protocol Communicator: AnyObject, Sendable {
  /// The index of this process, from 0.
  var rank: Int { get }
  /// The number of processes.
  var rankCount: Int { get }
  /// The bytes that this process has sent, and the time that it has spent in exchanges.
  var traffic: Traffic { get }

  /// Begins to send and to receive messages; their memory is in use until ``Transfer/wait()`` returns.
  ///
  /// Messages from one process to another arrive in the order of both lists, where they have equal counts,
  /// and in the order of the calls.
  ///
  /// - Precondition: no message is to this process itself.
  func begin(sending: [Message], receiving: [Message]) -> any Transfer
}

/// Messages that are on their way; used by the thread that began them.
package protocol Transfer: AnyObject, Sendable {
  /// Moves messages on, for a library that does so only during calls.
  func advance()
  /// Returns when all messages have arrived.
  func wait()
}

/// A message to or from another process.
package struct Message: Sendable {
  /// The rank of the other process.
  package var peer: Int
  /// The floats to send, or the memory for those that are received.
  package var values: FloatSlice

  /// Creates a message.
  package init(_ peer: Int, _ values: FloatSlice) {
    self.peer = peer
    self.values = values
  }
}

/// The communication of a process so far.
package struct Traffic: Hashable, Sendable {
  /// The bytes sent.
  package var sentByteCount = 0
  /// The time in exchanges, waiting for other processes included, in seconds.
  package var elapsedSeconds = 0.0

  /// Creates the traffic of a process that has sent nothing.
  package init() {}
}

/// A process that computes alone.
package final class SingleProcess: Communicator {
  package let rank = 0
  package let rankCount = 1
  package let traffic = Traffic()

  /// Creates the only rank.
  package init() {}

  /// Does nothing, since there is nobody to send to.
  package func begin(sending: [Message], receiving: [Message]) -> any Transfer {
    precondition(sending.isEmpty && receiving.isEmpty, "a single process has no peers")
    return NoTransfer()
  }

  private final class NoTransfer: Transfer {
    func advance() {}
    func wait() {}
  }
}

extension Communicator {
  /// Sends and receives messages, and returns when all have arrived; see ``begin(sending:receiving:)``.
  package func exchange(sending: [Message], receiving: [Message]) {
    begin(sending: sending, receiving: receiving).wait()
  }

  /// The ranks of the other processes.
  package var peers: [Int] { (0..<rankCount).filter { $0 != rank } }

  /// Returns the doubles of all processes, by rank; `counts` are the numbers of each rank's doubles.
  package func gathered(_ values: [Double], counts: [Int]) -> [[Double]] {
    guard rankCount > 1 else { return [values] }
    let own = FloatSlice(doubles: values)
    let received = counts.map { FloatBuffer(count: 2 * $0).all }
    exchange(
      sending: peers.map { Message($0, own) }, receiving: peers.map { Message($0, received[$0]) })
    return (0..<rankCount).map { $0 == rank ? values : received[$0].doubles }
  }

  /// Returns the doubles of all processes at rank 0, by rank; an empty array at the others.
  ///
  /// `counts` are the numbers of each rank's doubles.
  package func gatheredAtFirst(_ values: [Double], counts: [Int]) -> [[Double]] {
    guard rank == 0 else {
      exchange(sending: [Message(0, FloatSlice(doubles: values))], receiving: [])
      return []
    }
    let received = counts.map { FloatBuffer(count: 2 * $0).all }
    exchange(sending: [], receiving: peers.map { Message($0, received[$0]) })
    return (0..<rankCount).map { $0 == 0 ? values : received[$0].doubles }
  }

  /// Returns the doubles of rank 0 at every process; `values` of other ranks are ignored.
  package func broadcast(_ values: [Double], count: Int) -> [Double] {
    guard rankCount > 1 else { return values }
    if rank == 0 {
      let own = FloatSlice(doubles: values)
      exchange(sending: peers.map { Message($0, own) }, receiving: [])
      return values
    }
    let received = FloatBuffer(count: 2 * count).all
    exchange(sending: [], receiving: [Message(0, received)])
    return received.doubles
  }
}

extension FloatSlice {
  /// Creates a slice that carries the bits of doubles, two floats each.
  package init(doubles: [Double]) {
    self = FloatBuffer(count: 2 * doubles.count).all
    for (index, value) in doubles.enumerated() { set(double: value, at: index) }
  }

  /// The doubles whose bits the slice carries.
  package var doubles: [Double] { (0..<count / 2).map(double(at:)) }

  /// Returns the double whose bits are in the floats `2 * index` and the next.
  package func double(at index: Int) -> Double {
    let (low, high) = (self[2 * index].bitPattern, self[2 * index + 1].bitPattern)
    return Double(bitPattern: UInt64(high) << 32 | UInt64(low))
  }

  /// Stores the bits of a double in the floats `2 * index` and the next.
  package func set(double value: Double, at index: Int) {
    self[2 * index] = Float(bitPattern: UInt32(truncatingIfNeeded: value.bitPattern))
    self[2 * index + 1] = Float(bitPattern: UInt32(truncatingIfNeeded: value.bitPattern >> 32))
  }
}
