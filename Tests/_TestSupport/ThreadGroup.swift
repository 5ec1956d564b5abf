import Foundation
import MisfitCore
import Synchronization

/// Ranks that are threads of one process, for tests of what several processes compute together.
package final class ThreadGroup: Sendable {
  private struct Address: Hashable {
    var sender: Int
    var receiver: Int
  }

  private let rankCount: Int
  private let messages = Mutex<[Address: [[Float]]]>([:])
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

    func exchange(sending: [Message], receiving: [Message]) {
      group.gate.change {
        for message in sending {
          precondition(message.peer != rank, "a message to oneself")
          sentByteCount.add(message.values.count * 4, ordering: .relaxed)
          let address = Address(sender: rank, receiver: message.peer)
          group.messages.withLock { $0[address, default: []].append(message.values.array) }
        }
      }
      for message in receiving {
        let address = Address(sender: message.peer, receiver: rank)
        group.gate.change(when: { group.messages.withLock { $0[address]?.isEmpty == false } }) {
          let values = group.messages.withLock { $0[address]?.removeFirst() } ?? []
          precondition(values.count == message.values.count, "a message of another length")
          message.values.copy(from: values)
        }
      }
    }
  }
}
