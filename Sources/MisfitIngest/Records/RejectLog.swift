import MisfitCore
import Synchronization

/// A cell, a record or an image that could not be read.
package struct Reject: Sendable, Hashable {
  /// The error and its position.
  package var error: IngestError
  /// The cell; empty for a whole record and for an image.
  package var cell: String
  /// The record as it is written in the source; empty for an image.
  package var record: String

  /// The position of the rejected data.
  package var position: InputPosition { error.position ?? InputPosition(source: "") }
  /// The problem, as a sentence without a period.
  package var problem: String { error.diagnosis.problem.description }
  /// The message: `data.csv:3: column "load": "x4" is not a number`.
  package var text: String { Diagnosis(error.diagnosis.problem, at: error.position).description }

  fileprivate var byteCount: Int { 300 + cell.utf8.count + record.utf8.count }
}

/// The cells, records and images that could not be read in the latest pass over each source; several threads
/// may add to it.
///
/// All of them are counted. They are kept up to 64 MB of text for each source, so that memory is bounded for
/// streams, too.
package final class RejectLog: Sendable, Hashable {
  private struct Pass {
    var count = 0
    var records: Set<Int> = []
    var rejects: [Reject] = []
    var byteCount = 0
  }

  private let passes = Mutex<[(source: String, pass: Pass)]>([])
  private static let byteLimit = 64 << 20
  private static let recordLimit = 1 << 20

  /// Makes an empty log.
  package init() {}

  /// Discards the results of an earlier pass over a source.
  func begin(_ source: String) {
    passes.withLock { passes in
      if let index = passes.firstIndex(where: { $0.source == source }) {
        passes[index].pass = Pass()
      } else {
        passes.append((source, Pass()))
      }
    }
  }

  /// Adds what could not be read in a source.
  func add(_ reject: Reject, to source: String) {
    passes.withLock { passes in
      if !passes.contains(where: { $0.source == source }) { passes.append((source, Pass())) }
      guard let index = passes.firstIndex(where: { $0.source == source }) else { return }
      passes[index].pass.count += 1
      passes[index].pass.byteCount += reject.byteCount
      if let record = reject.position.record, passes[index].pass.records.count < Self.recordLimit {
        passes[index].pass.records.insert(record)
      }
      if passes[index].pass.byteCount <= Self.byteLimit { passes[index].pass.rejects.append(reject) }
    }
  }

  /// The number of cells, records and images that could not be read.
  package var count: Int { passes.withLock { $0.reduce(0) { $0 + $1.pass.count } } }

  /// The number of records with something that could not be read.
  package var recordCount: Int { passes.withLock { $0.reduce(0) { $0 + $1.pass.records.count } } }

  /// The sources that were read.
  package var sources: [String] { passes.withLock { $0.map(\.source) } }

  /// The kept entries, in the order of the sources and their records.
  package var rejects: [Reject] {
    passes.withLock { passes in
      passes.flatMap { source in
        source.pass.rejects.enumerated().sorted { a, b in
          let (x, y) = (a.element.position, b.element.position)
          return (x.record ?? 0, x.byteOffset ?? 0, a.offset) < (y.record ?? 0, y.byteOffset ?? 0, b.offset)
        }.map(\.element)
      }
    }
  }

  /// Returns whether two logs are the same object.
  package static func == (a: RejectLog, b: RejectLog) -> Bool { a === b }

  /// Hashes the identity.
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
