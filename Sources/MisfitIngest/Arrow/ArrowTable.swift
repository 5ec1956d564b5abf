import MisfitCore
import Synchronization

/// A table of Arrow record batches: all of them in memory, a file that is read again for each pass, or a
/// stream that is read once, a batch at a time.
package final class ArrowTable: Sendable {
  /// The name in messages.
  package let name: String
  /// The columns.
  package let fields: [ArrowField]
  /// The paths of the files that hold the batches.
  let filePaths: [String]
  /// Whether the batches can be read more than once.
  package let canBeReadAgain: Bool
  private let state: Mutex<State>

  /// Returns the next batch of a stream; nil at the end.
  package typealias Supply = @Sendable () throws(IngestError) -> ArrowBatch?

  /// Returns a supply of all batches.
  typealias Opening = @Sendable () throws(IngestError) -> Supply

  private struct State {
    /// All batches, or those that were read to see what the stream holds.
    var batches: [ArrowBatch]
    var supply: Supply?
    /// Begins another pass over a file.
    var open: Opening?
    var isTaken = false
  }

  /// Creates a table of batches.
  package init(name: String, fields: [ArrowField], batches: [ArrowBatch]) {
    self.name = name
    self.fields = fields
    filePaths = []
    canBeReadAgain = true
    state = Mutex(State(batches: batches))
  }

  /// Creates a table of files, which are opened again for each pass; one batch at a time is in memory.
  init(name: String, filePaths: [String], fields: [ArrowField], open: @escaping Opening) {
    self.name = name
    self.filePaths = filePaths
    self.fields = fields
    canBeReadAgain = true
    state = Mutex(State(batches: [], open: open))
  }

  /// Creates a table of a stream.
  ///
  /// If it `keepsBatches`, all of them are read now and stay in memory; otherwise the table can be read once,
  /// and one batch at a time is in memory.
  ///
  /// - Throws: ``IngestError`` of the stream.
  package init(
    name: String, fields: [ArrowField], keepsBatches: Bool, supply: @escaping Supply
  ) throws(IngestError) {
    self.name = name
    self.fields = fields
    filePaths = []
    canBeReadAgain = keepsBatches
    var batches: [ArrowBatch] = []
    var isAtEnd = false
    while keepsBatches || !batches.contains(where: { $0.rowCount > 0 }) {
      guard let batch = try supply() else {
        isAtEnd = true
        break
      }
      batches.append(batch)
    }
    state = Mutex(State(batches: batches, supply: isAtEnd ? nil : supply))
  }

  /// The batches that are in memory: all of a table, or the first with rows of a stream that is not read yet.
  var batchesInMemory: [ArrowBatch] { state.withLock { $0.batches } }

  /// Begins a pass.
  ///
  /// - Throws: ``IngestError`` if the stream was read already.
  func makePass() throws(IngestError) -> ArrowPass {
    try state.withLock { state throws(IngestError) in
      if canBeReadAgain { return ArrowPass(state.batches, supply: try state.open?()) }
      guard !state.isTaken else { throw IngestError(.streamIsGone, at: InputPosition(source: name)) }
      state.isTaken = true
      defer { (state.batches, state.supply) = ([], nil) }
      return ArrowPass(state.batches, supply: state.supply)
    }
  }
}

/// One pass over the batches of a table; one thread at a time uses it.
final class ArrowPass: @unchecked Sendable {
  private var batches: ArraySlice<ArrowBatch>
  private let supply: ArrowTable.Supply?
  private var current: ArrowBatch?
  private var done = 0

  init(_ batches: [ArrowBatch], supply: ArrowTable.Supply?) {
    self.batches = batches[...]
    self.supply = supply
  }

  /// Returns up to `rowCount` of the next rows, all of one batch; nil at the end.
  ///
  /// - Throws: ``IngestError`` of the stream.
  func next(upTo rowCount: Int) throws(IngestError) -> (batch: ArrowBatch, rows: Range<Int>)? {
    while done == current?.rowCount ?? 0 {
      var next = batches.popFirst()
      if next == nil, let supply { next = try supply() }
      guard let next else { return nil }
      (current, done) = (next, 0)
    }
    guard let current else { return nil }
    let rows = done..<min(current.rowCount, done + rowCount)
    done = rows.upperBound
    return (current, rows)
  }
}
