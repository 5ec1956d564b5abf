import MisfitCore
import Synchronization

/// A cell, a record or an image that could not be read.
public struct Reject: Sendable, Hashable {
  /// What is wrong with it, and where it is.
  public var error: IngestError
  /// The cell; empty for a whole record and for an image.
  public var cell: String
  /// The record as it is written in the source; empty for an image.
  public var record: String

  /// Where it is.
  public var position: InputPosition { error.position ?? InputPosition(source: "") }
  /// What is wrong with it, as a sentence without its end.
  public var problem: String { error.diagnosis.problem.description }
  /// `data.csv:3: column "load": "x4" is not a number`.
  public var text: String { Diagnosis(error.diagnosis.problem, at: error.position).description }

  fileprivate var byteCount: Int { 300 + cell.utf8.count + record.utf8.count }
}

/// What could not be read in the latest pass over each source; threads may add to it.
///
/// All of it is counted. It is kept up to 64 MB of text for each source, so that memory is bounded for streams, too.
public final class RejectLog: Sendable, Hashable {
  private struct Pass {
    var count = 0
    var records: Set<Int> = []
    var rejects: [Reject] = []
    var byteCount = 0
  }

  private let passes = Mutex<[(source: String, pass: Pass)]>([])
  private static let byteLimit = 64 << 20
  private static let recordLimit = 1 << 20

  /// An empty log.
  public init() {}

  /// Forgets what an earlier pass over a source found.
  func begin(_ source: String) {
    passes.withLock { passes in
      if let index = passes.firstIndex(where: { $0.source == source }) {
        passes[index].pass = Pass()
      } else {
        passes.append((source, Pass()))
      }
    }
  }

  /// Adds what was found in a source.
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

  /// What could not be read: cells, records of another number of fields, and images.
  public var count: Int { passes.withLock { $0.reduce(0) { $0 + $1.pass.count } } }

  /// The records with something that could not be read.
  public var recordCount: Int { passes.withLock { $0.reduce(0) { $0 + $1.pass.records.count } } }

  /// The sources that were read.
  public var sources: [String] { passes.withLock { $0.map(\.source) } }

  /// What is kept, in the order of the sources and their records.
  public var rejects: [Reject] {
    passes.withLock { passes in
      passes.flatMap { source in
        source.pass.rejects.enumerated().sorted { a, b in
          let (x, y) = (a.element.position, b.element.position)
          return (x.record ?? 0, x.byteOffset ?? 0, a.offset) < (y.record ?? 0, y.byteOffset ?? 0, b.offset)
        }.map(\.element)
      }
    }
  }

  /// Whether two logs are one.
  public static func == (a: RejectLog, b: RejectLog) -> Bool { a === b }

  /// Hashes the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
