import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// Takes the batches of a source through the model, several at once, and gives them out in their order.
///
/// A batch stays on one thread from its text to its errors: it is small enough for that core's cache.
final class ScoringEngine {
  private let work: OrderedWork<ScoringSlot>
  private let detector: Detector
  private let hasCrossEntropy: Bool

  init(_ scoring: Scoring) throws {
    let detector = scoring.detector
    self.detector = detector
    let layout = scoring.source.layout
    let supply = try RecordSupply(scoring.source)
    let plans = detector.model.plans(rowsWereLearned: false, precision: scoring.precision)
    let capacity = min(scoring.batchCapacity ?? Self.capacity(for: detector, plans), plans.rowLimit)
    let batchCount = layout.rowCount.map { max(1, ($0 + capacity - 1) / capacity) } ?? .max
    let threadCount = min(scoring.threadCount, batchCount)
    let encoder = RowEncoder(detector.schema)
    let hasCrossEntropy =
      detector.calibration.measure == .reconstruction(.binaryCrossEntropy)
      || scoring.takesCrossEntropy ?? detector.model.givesProbabilities
    self.hasCrossEntropy = hasCrossEntropy
    work = OrderedWork(
      slots: (0..<2 * threadCount + 2).map { _ in
        ScoringSlot(plans, layout, capacity: capacity, width: detector.model.width)
      },
      threadCount: threadCount,
      fill: { try $0.take(from: supply) },
      work: { slot, _ in
        try NumericThread.scope {
          try slot.score(encoder, withCrossEntropy: hasCrossEntropy)
        }
      })
  }

  /// The next batch, valid until the next call; nil at the end.
  func next() throws -> ScoredBatch? {
    guard let slot = try work.next() else { return nil }
    let buffers = slot.buffers
    let count = buffers.records.records.rowCount
    return ScoredBatch(
      detector: detector, count: count, result: buffers.plan.result(rows: count),
      records: buffers.records.records, storedErrors: buffers.errors, hasCrossEntropy: hasCrossEntropy)
  }

  /// Up to eight shards of the model, and no more than about a megabyte of values.
  private static func capacity(for detector: Detector, _ plans: RowPlans) -> Int {
    let rowsPerShard = plans.rowsPerShard
    let widest = max(detector.model.width, detector.model.codeCount)
    return rowsPerShard * max(1, min(8, (1 << 18) / (rowsPerShard * widest)))
  }
}

/// A batch on its way from the source to the caller.
private final class ScoringSlot: @unchecked Sendable {
  /// What a batch needs, made once it is used: a source of few rows needs few of them.
  struct Buffers {
    let records: RecordSlot
    let plan: any RowPlan
    let errors: FloatSlice

    init(_ plans: RowPlans, _ layout: RecordLayout, capacity: Int) {
      records = RecordSlot(layout: layout, capacity: capacity)
      plan = plans.plan(capacity: capacity)
      errors = FloatBuffer(count: capacity * RowErrors.storedCount).all
    }
  }

  private(set) lazy var buffers = Buffers(plans, layout, capacity: capacity)
  private let plans: RowPlans
  private let layout: RecordLayout
  private let capacity: Int
  private let width: Int

  init(_ plans: RowPlans, _ layout: RecordLayout, capacity: Int, width: Int) {
    self.plans = plans
    self.layout = layout
    self.capacity = capacity
    self.width = width
  }

  func take(from supply: RecordSupply) throws -> Bool { try buffers.records.take(from: supply) }

  /// Reads, encodes and scores the batch that was taken.
  func score(_ encoder: RowEncoder, withCrossEntropy: Bool) throws {
    let buffers = buffers
    try buffers.records.read()
    let count = buffers.records.records.rowCount
    encoder.encode(buffers.records.records, into: buffers.plan.input(rows: count))
    let result = buffers.plan.result(rows: count)
    for start in stride(from: 0, to: count, by: plans.rowsPerShard) {
      let rows = start..<min(start + plans.rowsPerShard, count)
      buffers.plan.rebuild(rows)
      let values = rows.lowerBound * width..<rows.upperBound * width
      let stored = rows.lowerBound * RowErrors.storedCount..<rows.upperBound * RowErrors.storedCount
      VectorKernels.current.rowErrors(
        input: result.input[values], output: result.reconstruction[values], width: width,
        withCrossEntropy: withCrossEntropy, into: buffers.errors[stored])
    }
  }
}
