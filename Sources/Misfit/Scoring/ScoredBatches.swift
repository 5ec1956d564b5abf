import MisfitIngest

/// The batches of a scoring as an asynchronous sequence, for programs that stream.
///
///     for try await batch in detector.scores(of: rows) { print(batch.scores) }
///
/// Each batch is valid until the next one is asked for.
public struct ScoredBatches: AsyncSequence, Sendable {
  let scoring: Scoring

  /// Begins a pass over the source.
  public func makeAsyncIterator() -> Iterator { Iterator(scoring) }

  /// One pass over the source.
  public struct Iterator: AsyncIteratorProtocol {
    private let scoring: Scoring
    private var engine: SampleEngine?
    private var isFinished = false

    init(_ scoring: Scoring) { self.scoring = scoring }

    /// The next batch, or nil at the end.
    ///
    /// - Throws: ``IngestError``; `CancellationError` where the task was cancelled.
    public mutating func next() async throws -> ScoredBatch? {
      guard !isFinished else { return nil }
      // After an error, too, the sequence is over.
      isFinished = true
      var current = engine.take()
      try Task.checkCancellation()
      if current == nil { current = try SampleEngine(scoring) }
      guard let batch = try current?.next() else { return nil }
      engine = current
      isFinished = false
      return batch
    }
  }
}
