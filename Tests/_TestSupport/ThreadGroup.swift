import Foundation
import MisfitCore
import Synchronization

/// Ranks that are threads of one process, for tests of what several processes compute together.
package final class ThreadGroup: Sendable {
  /// The way of a message: the `number`-th one from a rank to another.
  private struct Address: Hashable {
    var sender: Int
    var receiver: Int
    var number: Int
  }

  private let rankCount: Int
  private let messages = Mutex<[Address: [Float]]>([:])
  private let gate = Gate()

  private init(rankCount: Int) { self.rankCount = rankCount }

  /// Runs `body` once for each rank, each on a thread of its own, and returns the results by rank.
  package static func run<Result: Sendable>(
    rankCount: Int, _ body: @escaping @Sendable (any Communicator) throws -> Result
  ) throws -> [Result] {
    let group = ThreadGroup(rankCount: rankCount)
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    let threads = DispatchGroup()
    for rank in 0..<rankCount {
      threads.enter()
      Thread.detachNewThread {
        let result = Swift.Result { try body(ThreadRank(rank, of: group)) }
        results.withLock { $0[rank] = result }
        threads.leave()
      }
    }
    threads.wait()
    let all = results.withLock { $0 }
    return try (0..<rankCount).compactMap { try all[$0]?.get() }
  }

  private final class ThreadRank: Communicator {
    let rank: Int
    private let group: ThreadGroup
    private let sentByteCount = Atomic<Int>(0)
    /// The numbers of messages so far, to and from each rank.
    private let counts = Mutex<(sent: [Int: Int], received: [Int: Int])>(([:], [:]))

    init(_ rank: Int, of group: ThreadGroup) {
      self.rank = rank
      self.group = group
    }

    var rankCount: Int { group.rankCount }
    var traffic: Traffic {
      var traffic = Traffic()
      traffic.sentByteCount = sentByteCount.load(ordering: .relaxed)
      return traffic
    }

    func begin(sending: [Message], receiving: [Message]) -> any Transfer {
      let (sent, received) = counts.withLock { counts in
        (
          sending.map { message in
            Address(
              sender: rank, receiver: message.peer, number: Self.next(message.peer, &counts.sent))
          },
          receiving.map { message in
            Address(
              sender: message.peer, receiver: rank, number: Self.next(message.peer, &counts.received))
          }
        )
      }
      group.gate.change {
        for (message, address) in zip(sending, sent) {
          precondition(message.peer != rank, "a message to oneself")
          sentByteCount.add(message.values.count * 4, ordering: .relaxed)
          group.messages.withLock { $0[address] = message.values.array }
        }
      }
      return ThreadTransfer(group, receiving, received)
    }

    private static func next(_ peer: Int, _ counts: inout [Int: Int]) -> Int {
      defer { counts[peer, default: 0] += 1 }
      return counts[peer, default: 0]
    }
  }

  private final class ThreadTransfer: Transfer {
    private let group: ThreadGroup
    private let messages: [Message]
    private let addresses: [Address]

    init(_ group: ThreadGroup, _ messages: [Message], _ addresses: [Address]) {
      self.group = group
      self.messages = messages
      self.addresses = addresses
    }

    func advance() {}

    func wait() {
      for (message, address) in zip(messages, addresses) {
        group.gate.change(when: { group.messages.withLock { $0[address] != nil } }) {
          let values = group.messages.withLock { $0.removeValue(forKey: address) } ?? []
          precondition(values.count == message.values.count, "a message of another length")
          message.values.copy(from: values)
        }
      }
    }
  }
}
