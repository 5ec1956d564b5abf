import Dispatch
import MisfitIngest

/// The batches of a scoring as an asynchronous sequence, for programs that stream.
///
///     for try await batch in try detector.scores(of: rows) { print(batch.scores) }
///
/// Each batch is valid until the next one is requested. The work is done on threads of its own, so that the
/// threads of Swift's tasks are never blocked.
public struct ScoredBatches: AsyncSequence, Sendable {
  let scoring: Scoring

  /// Begins a pass over the source.
  public func makeAsyncIterator() -> Iterator { Iterator(scoring) }

  /// One pass over the source.
  public struct Iterator: AsyncIteratorProtocol {
    private let pass: ScoringPass

    init(_ scoring: Scoring) { pass = ScoringPass(scoring) }

    /// Returns the next batch, or nil at the end and after an error.
    ///
    /// - Throws: ``IngestError``; `CancellationError` if the task was cancelled.
    public mutating func next() async throws -> ScoredBatch? {
      try Task.checkCancellation()
      return try await pass.next()
    }
  }
}

/// One pass of the engine, whose waits block a thread of its own queue.
private final class ScoringPass: @unchecked Sendable {
  // Only the queue reads and writes the state.
  private let queue = DispatchQueue(label: "misfit.scoring")
  private let scoring: Scoring
  private var engine: SampleEngine?
  private var isFinished = false

  init(_ scoring: Scoring) { self.scoring = scoring }

  func next() async throws -> ScoredBatch? {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try self.nextBatch() }) }
    }
  }

  private func nextBatch() throws -> ScoredBatch? {
    guard !isFinished else { return nil }
    // The sequence also ends after an error.
    isFinished = true
    let current = try engine ?? SampleEngine(scoring)
    guard let batch = try current.next() else {
      engine = nil
      return nil
    }
    engine = current
    isFinished = false
    return batch
  }
}
