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

  init(_ scoring: Scoring) throws {
    let detector = scoring.detector
    self.detector = detector
    let layout = scoring.source.layout
    let supply = try RecordSupply(scoring.source)
    let capacity = scoring.batchCapacity ?? Self.capacity(for: detector)
    let batchCount = layout.rowCount.map { max(1, ($0 + capacity - 1) / capacity) } ?? .max
    let threadCount = min(scoring.threadCount, batchCount)
    let passes = (0..<threadCount).map { _ in ScoringPass(detector) }
    work = OrderedWork(
      slots: (0..<2 * threadCount + 2).map { _ in ScoringSlot(detector, layout, capacity: capacity) },
      threadCount: threadCount, prepareThread: { NumericThread.prepare() },
      fill: { try $0.take(from: supply) },
      work: { try passes[$1].score($0) })
  }

  /// The next batch, valid until the next call; nil at the end.
  func next() throws -> ScoredBatch? {
    guard let slot = try work.next() else { return nil }
    let buffers = slot.buffers
    let count = buffers.records.records.rowCount
    let width = detector.schema.width
    return ScoredBatch(
      detector: detector, count: count, inputs: buffers.encoded[0..<count * width],
      reconstructions: buffers.reconstructions[0..<count * width],
      codes: buffers.codes[0..<count * detector.network.architecture.codeCount],
      records: buffers.records.records, storedErrors: buffers.errors)
  }

  /// Up to eight shards of the network, and no more than about a megabyte of values.
  private static func capacity(for detector: Detector) -> Int {
    let rowsPerShard = ForwardPlan(detector.network).rowsPerShard
    let widest = max(detector.schema.width, detector.network.architecture.codeCount)
    return rowsPerShard * max(1, min(8, (1 << 18) / (rowsPerShard * widest)))
  }
}

/// A batch on its way from the source to the caller.
private final class ScoringSlot: @unchecked Sendable {
  /// What a batch needs, made once it is used: a source of few rows needs few of them.
  struct Buffers {
    let records: RecordSlot
    let encoded: FloatSlice
    let reconstructions: FloatSlice
    let codes: FloatSlice
    let errors: FloatSlice

    init(_ detector: Detector, _ layout: RecordLayout, capacity: Int) {
      func floats(_ count: Int) -> FloatSlice { FloatBuffer(count: capacity * count).all }
      records = RecordSlot(layout: layout, capacity: capacity)
      encoded = floats(detector.schema.width)
      reconstructions = floats(detector.schema.width)
      codes = floats(detector.network.architecture.codeCount)
      errors = floats(RowErrors.storedCount)
    }
  }

  private(set) lazy var buffers = Buffers(detector, layout, capacity: capacity)
  private let detector: Detector
  private let layout: RecordLayout
  private let capacity: Int

  init(_ detector: Detector, _ layout: RecordLayout, capacity: Int) {
    self.detector = detector
    self.layout = layout
    self.capacity = capacity
  }

  func take(from supply: RecordSupply) throws -> Bool { try buffers.records.take(from: supply) }
}

/// What one thread scores with.
private final class ScoringPass: @unchecked Sendable {
  private let detector: Detector
  private let encoder: RowEncoder
  private let pool = WorkerPool(threadCount: 1)
  private lazy var plan = ForwardPlan(detector.network)

  init(_ detector: Detector) {
    self.detector = detector
    encoder = RowEncoder(detector.schema)
  }

  /// Reads, encodes and scores a batch that was taken.
  func score(_ slot: ScoringSlot) throws {
    let buffers = slot.buffers
    try buffers.records.read()
    let count = buffers.records.records.rowCount
    let width = detector.schema.width
    let codeWidth = detector.network.architecture.codeCount
    encoder.encode(buffers.records.records, into: buffers.encoded[0..<count * width])
    try plan.run(
      rowCount: count, on: pool,
      load: { $1.copy(from: rows($0, of: buffers.encoded, width: width)) },
      finish: { range, result in
        rows(range, of: buffers.reconstructions, width: width).copy(from: result.reconstruction)
        rows(range, of: buffers.codes, width: codeWidth).copy(from: result.code)
        VectorKernels.current.rowErrors(
          input: result.input, output: result.reconstruction, width: width,
          into: rows(range, of: buffers.errors, width: RowErrors.storedCount))
      })
  }

  private func rows(_ range: Range<Int>, of values: FloatSlice, width: Int) -> FloatSlice {
    values[range.lowerBound * width..<range.upperBound * width]
  }
}
