import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitNetworks

/// Takes the batches of a source through the network, several at once, and gives them out in their order.
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
    let capacity = scoring.batchCapacity ?? Self.capacity(for: detector)
    let batchCount = layout.rowCount.map { max(1, ($0 + capacity - 1) / capacity) } ?? .max
    let threadCount = min(scoring.threadCount, batchCount)
    let encoder = RowEncoder(detector.schema)
    let givesProbabilities = detector.network.architecture.outputActivation == .sigmoid
    let weights = detector.network.roundedWeights(for: scoring.precision)
    let hasCrossEntropy =
      detector.calibration.measure == .binaryCrossEntropy || scoring.takesCrossEntropy ?? givesProbabilities
    self.hasCrossEntropy = hasCrossEntropy
    work = OrderedWork(
      slots: (0..<2 * threadCount + 2).map { _ in
        ScoringSlot(detector, layout, capacity: capacity, weights: weights)
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
      detector: detector, count: count, inputs: buffers.pass.input(rows: count),
      reconstructions: buffers.pass.reconstruction(rows: count), codes: buffers.pass.code(rows: count),
      records: buffers.records.records, storedErrors: buffers.errors, hasCrossEntropy: hasCrossEntropy)
  }

  /// Up to eight shards of the network, and no more than about a megabyte of values.
  private static func capacity(for detector: Detector) -> Int {
    let rowsPerShard = detector.network.rowsPerShard
    let widest = max(detector.schema.width, detector.network.architecture.codeCount)
    return rowsPerShard * max(1, min(8, (1 << 18) / (rowsPerShard * widest)))
  }
}

/// A batch on its way from the source to the caller.
private final class ScoringSlot: @unchecked Sendable {
  /// What a batch needs, made once it is used: a source of few rows needs few of them.
  struct Buffers {
    let records: RecordSlot
    let pass: NetworkPass
    let errors: FloatSlice

    init(
      _ detector: Detector, _ layout: RecordLayout, capacity: Int, weights: [BFloat16DenseWeights?]
    ) {
      records = RecordSlot(layout: layout, capacity: capacity)
      pass = NetworkPass(detector.network, capacity: capacity, weights: weights)
      errors = FloatBuffer(count: capacity * RowErrors.storedCount).all
    }
  }

  private(set) lazy var buffers = Buffers(detector, layout, capacity: capacity, weights: weights)
  private let detector: Detector
  private let layout: RecordLayout
  private let capacity: Int
  private let weights: [BFloat16DenseWeights?]

  init(
    _ detector: Detector, _ layout: RecordLayout, capacity: Int, weights: [BFloat16DenseWeights?]
  ) {
    self.detector = detector
    self.layout = layout
    self.capacity = capacity
    self.weights = weights
  }

  func take(from supply: RecordSupply) throws -> Bool { try buffers.records.take(from: supply) }

  /// Reads, encodes and scores the batch that was taken.
  func score(_ encoder: RowEncoder, withCrossEntropy: Bool) throws {
    let buffers = buffers
    try buffers.records.read()
    let (pass, width) = (buffers.pass, detector.schema.width)
    let count = buffers.records.records.rowCount
    encoder.encode(buffers.records.records, into: pass.input(rows: count))
    for start in stride(from: 0, to: count, by: detector.network.rowsPerShard) {
      let rows = start..<min(start + detector.network.rowsPerShard, count)
      pass.forward(rows)
      let values = rows.lowerBound * width..<rows.upperBound * width
      let stored = rows.lowerBound * RowErrors.storedCount..<rows.upperBound * RowErrors.storedCount
      VectorKernels.current.rowErrors(
        input: pass.input(rows: count)[values], output: pass.reconstruction(rows: count)[values],
        width: width, withCrossEntropy: withCrossEntropy, into: buffers.errors[stored])
    }
  }
}
