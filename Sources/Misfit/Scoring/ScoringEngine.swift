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
    let supply = try RecordSupply(scoring.source, threadCount: scoring.threadCount)
    let targets = try scoring.pairs.map {
      try TargetSupply($0, detector.outputSchema, threadCount: scoring.threadCount)
    }
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
        ScoringSlot(plans, layout, targets, capacity: capacity, detector.model)
      },
      threadCount: threadCount,
      fill: { try $0.take(from: supply) },
      work: { [isScored = detector.targetSchema == nil || targets != nil] slot, _ in
        try NumericThread.scope {
          try slot.score(encoder, isScored: isScored, withCrossEntropy: hasCrossEntropy)
        }
      })
  }

  /// The next batch, valid until the next call; nil at the end.
  func next() throws -> ScoredBatch? {
    while let slot = try work.next() {
      let buffers = slot.buffers
      let count = buffers.records.records.rowCount
      // Of a batch whose records are all skipped nothing is left.
      guard count > 0 else { continue }
      return ScoredBatch(
        detector: detector, count: count, result: buffers.plan.result(rows: count),
        records: buffers.records.records, targets: buffers.targets?.scored(rows: count),
        storedErrors: buffers.errors, hasCrossEntropy: hasCrossEntropy)
    }
    return nil
  }

  /// Up to eight shards of the model, and no more than about a megabyte of values.
  private static func capacity(for detector: Detector, _ plans: RowPlans) -> Int {
    let rowsPerShard = plans.rowsPerShard
    let widest = max(detector.model.width, detector.model.outputWidth, detector.model.codeCount)
    return rowsPerShard * max(1, min(8, (1 << 18) / (rowsPerShard * widest)))
  }
}

/// Where the targets of all batches come from.
private struct TargetSupply: Sendable {
  let pairs: PairedSource
  let records: RecordSupply
  let encoder: RowEncoder

  init(_ pairs: PairedSource, _ schema: Schema, threadCount: Int) throws {
    self.pairs = pairs
    records = try RecordSupply(pairs.target, threadCount: threadCount)
    encoder = RowEncoder(schema)
  }
}

/// The targets of a batch.
private struct TargetBuffers {
  let supply: TargetSupply
  let records: RecordSlot
  /// Encoded: [capacity, target width].
  let values: FloatSlice

  init(_ supply: TargetSupply, capacity: Int) {
    self.supply = supply
    let layout = supply.pairs.target.layout
    records = RecordSlot(layout: layout, capacity: capacity)
    values = FloatBuffer(count: capacity * layout.width).all
  }

  /// Reads and encodes the targets of records.
  ///
  /// - Throws: ``IngestError`` at the first record without its target.
  func read(for inputs: RecordSlot) throws(IngestError) {
    try records.read()
    try supply.pairs.check(inputs.records, records.records)
    supply.encoder.encode(records.records, into: values)
  }

  func scored(rows: Int) -> ScoredTargets {
    let width = supply.pairs.target.layout.width
    return ScoredTargets(values: values[0..<rows * width], records: records.records)
  }
}

/// A batch on its way from the source to the caller.
private final class ScoringSlot: @unchecked Sendable {
  /// What a batch needs, made once it is used: a source of few rows needs few of them.
  struct Buffers {
    let records: RecordSlot
    let plan: any RowPlan
    let errors: FloatSlice
    let targets: TargetBuffers?

    init(_ plans: RowPlans, _ layout: RecordLayout, _ targets: TargetSupply?, capacity: Int) {
      self.targets = targets.map { TargetBuffers($0, capacity: capacity) }
      records = RecordSlot(layout: layout, capacity: capacity)
      plan = plans.plan(capacity: capacity)
      errors = FloatBuffer(count: capacity * RowErrors.storedCount).all
    }
  }

  private(set) lazy var buffers = Buffers(plans, layout, targets, capacity: capacity)
  private let plans: RowPlans
  private let layout: RecordLayout
  private let capacity: Int
  private let targets: TargetSupply?
  /// The floats of a reconstruction.
  private let width: Int

  init(
    _ plans: RowPlans, _ layout: RecordLayout, _ targets: TargetSupply?, capacity: Int, _ model: any RowModel
  ) {
    self.plans = plans
    self.layout = layout
    self.targets = targets
    self.capacity = capacity
    width = model.outputWidth
  }

  func take(from supply: RecordSupply) throws -> Bool {
    let buffers = buffers
    let hasRecords = try buffers.records.take(from: supply)
    guard let targets = buffers.targets else { return hasRecords }
    let hasTargets = try targets.records.take(from: targets.supply.records)
    // Which of them ended first is found when both are read.
    return hasRecords || hasTargets
  }

  /// Reads, encodes and scores the batch that was taken.
  ///
  /// `isScored` is false where there is nothing to hold the output against: errors are then NaN.
  func score(_ encoder: RowEncoder, isScored: Bool, withCrossEntropy: Bool) throws {
    let buffers = buffers
    try buffers.records.read()
    let count = buffers.records.records.rowCount
    guard count > 0 || buffers.targets != nil else { return }
    encoder.encode(buffers.records.records, into: buffers.plan.input(rows: count))
    try buffers.targets?.read(for: buffers.records)
    let result = buffers.plan.result(rows: count)
    let truth = buffers.targets?.values ?? result.input
    if !isScored { buffers.errors.fill(with: .nan) }
    for start in stride(from: 0, to: count, by: plans.rowsPerShard) {
      let rows = start..<min(start + plans.rowsPerShard, count)
      buffers.plan.rebuild(rows)
      guard isScored else { continue }
      let values = rows.lowerBound * width..<rows.upperBound * width
      let stored = rows.lowerBound * RowErrors.storedCount..<rows.upperBound * RowErrors.storedCount
      VectorKernels.current.rowErrors(
        input: truth[values], output: result.reconstruction[values], width: width,
        withCrossEntropy: withCrossEntropy, into: buffers.errors[stored])
    }
  }
}
