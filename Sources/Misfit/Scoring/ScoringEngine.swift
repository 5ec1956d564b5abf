import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// The scoring of a source: several batches at once are read and scored, and returned in their order.
///
/// A batch stays on one thread from its text to its errors, because it is small enough for the core's cache.
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

  /// Returns the next batch, valid until the next call; nil at the end.
  func next() throws -> ScoredBatch? {
    while let slot = try work.next() {
      let buffers = slot.buffers
      let count = buffers.records.records.rowCount
      // All records of the batch were skipped.
      guard count > 0 else { continue }
      return ScoredBatch(
        detector: detector, count: count, result: buffers.plan.result(rows: count),
        records: buffers.records.records, targets: buffers.targets?.scored(rows: count),
        storedErrors: buffers.errors.slice, hasCrossEntropy: hasCrossEntropy)
    }
    return nil
  }

  /// Returns the capacity of a batch: up to eight shards of the model, and about a megabyte of values.
  private static func capacity(for detector: Detector, _ plans: RowPlans) -> Int {
    let rowsPerShard = plans.rowsPerShard
    let widest = max(detector.model.width, detector.model.outputWidth, detector.model.codeCount)
    return rowsPerShard * max(1, min(RowShards.perBlock, RowShards.valueLimit / (rowsPerShard * widest)))
  }
}

/// The source of the targets of all batches.
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
  /// The encoded targets: [capacity, target width].
  let values: Rows

  init(_ supply: TargetSupply, capacity: Int) {
    self.supply = supply
    let layout = supply.pairs.target.layout
    records = RecordSlot(layout: layout, capacity: capacity)
    values = Rows(count: capacity, width: layout.width)
  }

  /// Reads and encodes the targets of records.
  ///
  /// - Throws: ``IngestError`` at the first record without a target.
  func read(for inputs: RecordSlot) throws(IngestError) {
    try records.read()
    try supply.pairs.check(inputs.records, records.records)
    supply.encoder.encode(records.records, into: values.slice)
  }

  func scored(rows: Int) -> ScoredTargets {
    ScoredTargets(values: values[0..<rows].slice, records: records.records)
  }
}

/// The buffers of one batch.
private final class ScoringSlot: @unchecked Sendable {
  /// The buffers, created at their first use: a source with few rows needs few of them.
  struct Buffers {
    let records: RecordSlot
    let plan: any RowPlan
    /// The stored errors: [capacity, ``RowErrors/storedCount``].
    let errors: Rows
    let targets: TargetBuffers?

    init(_ plans: RowPlans, _ layout: RecordLayout, _ targets: TargetSupply?, capacity: Int) {
      self.targets = targets.map { TargetBuffers($0, capacity: capacity) }
      records = RecordSlot(layout: layout, capacity: capacity)
      plan = plans.plan(capacity: capacity)
      errors = Rows(count: capacity, width: RowErrors.storedCount)
    }
  }

  private(set) lazy var buffers = Buffers(plans, layout, targets, capacity: capacity)
  private let plans: RowPlans
  private let layout: RecordLayout
  private let capacity: Int
  private let targets: TargetSupply?
  /// The number of floats in an input row.
  private let inputWidth: Int
  /// The number of floats in a reconstruction.
  private let width: Int

  init(
    _ plans: RowPlans, _ layout: RecordLayout, _ targets: TargetSupply?, capacity: Int, _ model: any RowModel
  ) {
    self.plans = plans
    self.layout = layout
    self.targets = targets
    self.capacity = capacity
    inputWidth = model.width
    width = model.outputWidth
  }

  func take(from supply: RecordSupply) throws -> Bool {
    let buffers = buffers
    let hasRecords = try buffers.records.take(from: supply)
    guard let targets = buffers.targets else { return hasRecords }
    let hasTargets = try targets.records.take(from: targets.supply.records)
    // Reading both finds out which of them ended first.
    return hasRecords || hasTargets
  }

  /// Reads, encodes and scores the batch that was taken.
  ///
  /// `isScored` is false if there is nothing to compare the output with: then all errors are NaN.
  ///
  /// - Throws: ``IngestError``.
  func score(_ encoder: RowEncoder, isScored: Bool, withCrossEntropy: Bool) throws {
    let buffers = buffers
    try buffers.records.read()
    let count = buffers.records.records.rowCount
    guard count > 0 || buffers.targets != nil else { return }
    encoder.encode(buffers.records.records, into: buffers.plan.input(rows: count))
    try buffers.targets?.read(for: buffers.records)
    let result = buffers.plan.result(rows: count)
    let truth = buffers.targets?.values ?? Rows(result.input, width: inputWidth)
    let outputs = Rows(result.reconstruction, width: width)
    if !isScored { buffers.errors.slice.fill(with: .nan) }
    for start in stride(from: 0, to: count, by: plans.rowsPerShard) {
      let rows = start..<min(start + plans.rowsPerShard, count)
      buffers.plan.reconstruct(rows)
      guard isScored else { continue }
      VectorKernels.current.rowErrors(
        input: truth[rows].slice, output: outputs[rows].slice, width: width,
        withCrossEntropy: withCrossEntropy, into: buffers.errors[rows].slice)
    }
  }
}
