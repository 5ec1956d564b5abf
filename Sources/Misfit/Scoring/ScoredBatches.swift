import Dispatch
import MisfitIngest

/// The batches of a scoring as an asynchronous sequence, for programs that stream.
///
///     for try await batch in try detector.scores(of: rows) { print(batch.scores) }
///
/// Each batch is valid until the next one is requested. The work runs on threads of its own, so that the
/// threads of Swift's tasks are never blocked.
public struct ScoredBatches: AsyncSequence, Sendable {
  let scoring: Scoring

  /// Returns an iterator that starts a pass over the source.
  public func makeAsyncIterator() -> Iterator { Iterator(scoring) }

  /// One pass over the source.
  public struct Iterator: AsyncIteratorProtocol {
    private let scoring: Scoring
    private let queue = DispatchQueue(label: "misfit.scoring")
    private var engine: SampleEngine?
    private var isFinished = false

    init(_ scoring: Scoring) { self.scoring = scoring }

    /// Returns the next batch, or nil at the end and after an error.
    ///
    /// - Throws: ``IngestError``; `CancellationError` if the task was cancelled.
    public mutating func next() async throws -> ScoredBatch? {
      guard !isFinished else { return nil }
      // The sequence also ends after an error.
      isFinished = true
      let step = ScoringStep(scoring, engine.take())
      try Task.checkCancellation()
      let batch = try await withCheckedThrowingContinuation { continuation in
        queue.async { continuation.resume(with: Result { try step.run() }) }
      }
      guard let batch else { return nil }
      engine = step.engine.take()
      isFinished = false
      return batch
    }
  }
}

/// One step of the engine, which may block its thread.
///
/// The iterator waits for it, so that no two threads use it at once. The iterator takes the engine back, so
/// that the reader is freed with the iterator even if the queue still holds the step.
private final class ScoringStep: @unchecked Sendable {
  private let scoring: Scoring
  var engine: SampleEngine?

  init(_ scoring: Scoring, _ engine: SampleEngine?) {
    self.scoring = scoring
    self.engine = engine
  }

  /// Returns the next batch; nil at the end.
  ///
  /// Frees the engine at the end and after an error.
  func run() throws -> ScoredBatch? {
    let current = try engine.take() ?? SampleEngine(scoring)
    guard let batch = try current.next() else { return nil }
    engine = current
    return batch
  }
}
