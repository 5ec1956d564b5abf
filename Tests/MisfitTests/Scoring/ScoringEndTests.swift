import Foundation
import Synchronization
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

/// Rows of a table whose reader fails, waits or records its end.
private final class TroubledSource: RecordSource, Sendable {
  let inner: CSVSource
  let failsAfterBatches: Int
  let readers = Mutex((made: 0, freed: 0))

  init(_ inner: CSVSource, failsAfterBatches: Int = .max) {
    self.inner = inner
    self.failsAfterBatches = failsAfterBatches
  }

  var name: String { inner.name }
  var layout: RecordLayout { inner.layout }

  func makeReader() throws(IngestError) -> any RecordReader {
    readers.withLock { $0.made += 1 }
    return Reader(try inner.makeReader(), self)
  }

  final class Reader: RecordReader {
    let inner: any RecordReader
    let source: TroubledSource
    var batches = 0

    init(_ inner: any RecordReader, _ source: TroubledSource) {
      self.inner = inner
      self.source = source
    }

    deinit { source.readers.withLock { $0.freed += 1 } }

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      batches += 1
      if batches > source.failsAfterBatches { throw IngestError(.missingCell) }
      return try inner.readBatch(into: &batch)
    }
  }
}

@Suite("The end of a scoring", .timeLimit(.minutes(1)))
struct ScoringEndTests {
  private func scoring(failsAfterBatches: Int = .max) throws -> (Scoring, TroubledSource) {
    let source = TroubledSource(try SmallData.source(), failsAfterBatches: failsAfterBatches)
    var scoring = try SmallData.detector().score(source)
    scoring.batchCapacity = 5
    return (scoring, source)
  }

  @Test("An error of the reader comes after the batches before it", arguments: [0, 1, 2, 3, 7])
  func lateError(count: Int) throws {
    let (scoring, source) = try scoring(failsAfterBatches: count)
    var seen = 0
    #expect(throws: IngestError(.missingCell)) { try scoring.forEachBatch { _ in seen += 1 } }
    #expect(seen == count)
    #expect(source.readers.withLock { $0.made == 1 && $0.freed == 1 }, "no reader is left")
  }

  @Test("Stopping after some batches leaves no reader and no thread", arguments: [1, 2, 5, 12])
  func abandoned(count: Int) throws {
    struct Enough: Error {}
    let (scoring, source) = try scoring()
    for _ in 0..<20 {
      var seen = 0
      #expect(throws: Enough.self) {
        try scoring.forEachBatch { _ in
          seen += 1
          if seen == count { throw Enough() }
        }
      }
    }
    #expect(source.readers.withLock { $0.made == 20 && $0.freed == 20 })
  }

  @Test("Leaving a stream early leaves no reader")
  func abandonedStream() async throws {
    let (scoring, source) = try scoring()
    for _ in 0..<20 {
      var seen = 0
      for try await batch in ScoredBatches(scoring: scoring) {
        seen += batch.count
        if seen >= 15 { break }
      }
      #expect(seen == 15)
    }
    #expect(source.readers.withLock { $0.made == 20 && $0.freed == 20 })
  }

  @Test("A stream returns the batches of one pass")
  func stream() async throws {
    let (scoring, _) = try scoring()
    var errors: [Double] = []
    var iterator = ScoredBatches(scoring: scoring).makeAsyncIterator()
    while let batch = try await iterator.next() { errors += batch.scores }
    #expect(try errors == scoring.scores())
    #expect(try await iterator.next() == nil)
  }

  @Test("A stream ends after an error")
  func failedStream() async throws {
    let (scoring, source) = try scoring(failsAfterBatches: 2)
    var iterator = ScoredBatches(scoring: scoring).makeAsyncIterator()
    #expect(try await iterator.next() != nil)
    #expect(try await iterator.next() != nil)
    await #expect(throws: IngestError(.missingCell)) { try await iterator.next() }
    #expect(try await iterator.next() == nil)
    #expect(source.readers.withLock { $0.freed == 1 })
  }

  @Test("A cancelled task ends its stream with CancellationError")
  func cancelled() async throws {
    let (scoring, source) = try scoring()
    let task = Task {
      var seen = 0
      for try await _ in ScoredBatches(scoring: scoring) {
        seen += 1
        unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      }
      return seen
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(source.readers.withLock { $0.made == 1 && $0.freed == 1 })
  }

  @Test("A sample kept from a batch does not change with the next batches")
  func keptSamples() throws {
    let (scoring, _) = try scoring()
    var kept: [ScoredSample] = []
    try scoring.forEachBatch { kept.append($0.sample(at: 0)) }
    #expect(kept.map(\.id) == stride(from: 1, to: 60, by: 5).map { "n\($0)" })
    let ranked = try scoring.largest(60)
    for sample in kept { #expect(ranked.contains(sample)) }
  }
}
