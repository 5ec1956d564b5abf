import MisfitCore

/// The data that a model learns from: a schema, encoded training and validation rows, and their targets if
/// they have some, in stores that keep the same order.
public struct TrainingData: Sendable {
  /// The encoding of the rows, learned from all rows of the source.
  public let schema: Schema
  /// The training rows.
  public let training: RowStore
  /// The validation rows, in the order of their source; nil if there are none.
  public let validation: RowStore?
  /// The encoding of the targets; nil if each row is its own target.
  public let targetSchema: Schema?
  /// The target of each row of ``training``.
  public let trainingTargets: RowStore?
  /// The target of each row of ``validation``.
  public let validationTargets: RowStore?
  /// The number of rows of each image in ``training`` if rows are tiles; otherwise empty.
  public let trainingTileCounts: [Int]
  /// The number of rows of each image in ``validation`` if rows are tiles; otherwise empty.
  public let validationTileCounts: [Int]
  /// Notes for the user on what was detected.
  public let notes: [String]

  /// The training rows, paired with their targets if they have some.
  public var trainingRows: any EpochRows { Self.paired(training, trainingTargets) }

  /// The validation rows, paired with their targets if they have some; nil if there are none.
  public var validationRows: (any EpochRows)? { validation.map { Self.paired($0, validationTargets) } }

  static func paired(_ rows: RowStore, _ targets: RowStore?) -> any EpochRows {
    targets.map { PairedRowStores(rows, targets: $0) } ?? rows
  }

  /// Options for loading.
  public struct Options: Sendable {
    /// The scaling of a table of numbers, and of images.
    public var scaling = ScalingChoice.automatic
    /// The scaling of the numbers in a table with columns of several kinds; nil uses ``scaling``.
    public var tableScaling: ScalingChoice?
    /// Whether columns with missing cells get an input that indicates them.
    public var hasIndicators = true
    /// The share of the rows that is held out for validation, chosen by the seed; 0 for none.
    public var validationShare = 0.1
    /// The share held out as a function of the number of samples (rows or images); takes precedence over
    /// ``validationShare``.
    public var validationShareOfCount: (@Sendable (Int) -> Double)?
    /// The validation rows; takes precedence over ``validationShare``.
    public var validationSource: (any RecordSource)?
    /// The target of each row of the source; nil if each row is its own target.
    public var targetSource: (any RecordSource)?
    /// The targets of ``validationSource``.
    public var validationTargetSource: (any RecordSource)?
    /// The scaling of the targets.
    public var targetScaling = ScalingChoice.automatic
    /// The maximum number of bytes for all stores together.
    public var memoryLimitBytes = 1 << 30
    /// The seed of the held-out rows and of the shuffling.
    public var seed: UInt64 = 0
    /// The number of threads that read; the result does not depend on it.
    public var threadCount = WorkerPool.availableProcessorCount

    /// Makes options with the defaults above.
    public init() {}
  }

  /// Loads a source, and its targets if it has some.
  ///
  /// The first pass learns the schema, the last one encodes the rows; tables of several kinds of columns take
  /// one more.
  ///
  /// `onRows` is called with the pass and the rows read in it so far; an error that it throws ends the
  /// reading.
  ///
  /// - Throws: ``IngestError`` if a record cannot be read, there are fewer than two rows, or a row has no
  ///   target.
  public static func load(
    _ source: any RecordSource, options: Options = Options(),
    onRows: (_ pass: Int, _ rowCount: Int) throws -> Void = { _, _ in }
  ) throws -> TrainingData {
    let pairs = try options.targetSource.map { try PairedSource(input: source, target: $0) }
    let validationPairs = try options.validationPairs()
    let (survey, source) = try Survey.of(source, options) { try onRows(1, $0) }
    let rowCount = survey.schema.rowCount
    guard rowCount >= 2 else {
      throw IngestError(.tooFewRows(rowCount, needed: 2), at: InputPosition(source: source.name))
    }
    let targetSurvey = try pairs.map { pairs in
      let targets = try Survey(
        pairs.target, scaling: options.targetScaling, threadCount: options.threadCount
      ) { try onRows(1, rowCount + $0) }
      try pairs.check(rowCounts: rowCount, targets.schema.rowCount)
      return targets
    }
    let tileCounts = source.layout.grid?.tileCounts ?? []
    let sampleCount = tileCounts.isEmpty ? rowCount : tileCounts.count
    let share = options.validationShareOfCount?(sampleCount) ?? options.validationShare
    let choice = RowChoice(
      options.validationSource == nil ? share : 0, rowCount: rowCount,
      tileCounts: tileCounts, seed: options.seed)
    let filling = Filling(choice: choice, rowCount: rowCount, options: options)
    let plan = try filling.plan(source, survey, validationSource: options.validationSource)
    let targetPlan = try zipped(pairs, targetSurvey).map { pairs, survey in
      try filling.plan(pairs.target, survey, validationSource: options.validationTargetSource)
    }
    let filled = try filling.fill(plan, beside: targetPlan) { try onRows(2, $0) }
    let targets = try targetPlan.map { targetPlan in
      try filling.fill(targetPlan, beside: plan) { try onRows(2, rowCount + $0) }
    }
    if let pairs, let targets {
      try pairs.check(filled.names, targets.names)
      if let validationPairs { try validationPairs.check(filled.validationNames, targets.validationNames) }
    }
    return TrainingData(
      schema: survey.schema, training: filled.training, validation: filled.validation,
      targetSchema: targetSurvey?.schema, trainingTargets: targets?.training,
      validationTargets: targets?.validation, trainingTileCounts: choice.tileCounts(heldOut: false),
      validationTileCounts: options.validationSource.map { $0.layout.grid?.tileCounts ?? [] }
        ?? choice.tileCounts(heldOut: true),
      notes: source.layout.notes + survey.notes + (pairs?.target.layout.notes ?? []))
  }

  /// Returns the encoding of the rows of a source, learned in a first pass.
  ///
  /// - Throws: ``IngestError``.
  package static func schema(of source: any RecordSource, threadCount: Int) throws -> Schema {
    var options = Options()
    options.threadCount = threadCount
    return try Survey.of(source, options) { _ in }.0.schema
  }

  private static func zipped<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
    if let first, let second { (first, second) } else { nil }
  }

  /// Returns a share of the rows, at least one and not all of them; 0 for a share of 0.
  package static func heldOut(_ share: Double, of rowCount: Int) -> Int {
    guard share > 0 else { return 0 }
    return min(max(Int((Double(rowCount) * min(share, 1)).rounded()), 1), rowCount - 1)
  }
}

/// A hash of all values, which two passes over the same rows agree on.
struct ContentFingerprint: Equatable {
  private var rowCount = 0
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func update(_ batch: borrowing RecordBatch) {
    rowCount += batch.rowCount
    if let content = batch.contentHash {
      hash = (hash ^ content) &* 0x100_0000_01b3
      return
    }
    let count = batch.rowCount * batch.width
    var hash = hash
    switch batch.valueKind {
    case .float64:
      let values = batch.values.span
      for index in 0..<count { hash = (hash ^ values[index].bitPattern) &* 0x100_0000_01b3 }
    case .uint8:
      let values = batch.bytes.span
      for index in 0..<count { hash = (hash ^ UInt64(values[index])) &* 0x100_0000_01b3 }
    }
    self.hash = hash
  }
}

/// A choice of the held-out rows: single rows or, if rows are tiles, all tiles of some images, so that no
/// image is in both parts.
struct RowChoice {
  /// The number of held-out rows.
  let heldOutCount: Int
  private let tileCounts: [Int]
  /// Whether each image is held out; empty if rows are not tiles.
  private let isImageHeldOut: [Bool]
  private var rows: Selection
  private var image = 0
  private var tile = 0

  init(_ share: Double, rowCount: Int, tileCounts: [Int], seed: UInt64) {
    self.tileCounts = tileCounts
    if tileCounts.isEmpty {
      heldOutCount = TrainingData.heldOut(share, of: rowCount)
      isImageHeldOut = []
      rows = Selection(heldOutCount, of: rowCount, seed: seed)
      return
    }
    let wanted = TrainingData.heldOut(share, of: tileCounts.count)
    var images = Selection(wanted, of: tileCounts.count, seed: seed)
    let chosen = tileCounts.map { _ in images.next() }
    isImageHeldOut = chosen
    heldOutCount = zip(tileCounts, chosen).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    rows = Selection(0, of: 0, seed: seed)
  }

  /// Returns whether the next row is held out.
  mutating func next() -> Bool {
    guard !tileCounts.isEmpty else { return rows.next() }
    guard image < tileCounts.count else { return false }
    let isHeldOut = isImageHeldOut[image]
    tile += 1
    if tile == tileCounts[image] { (image, tile) = (image + 1, 0) }
    return isHeldOut
  }

  /// Returns the number of tiles of each image that is held out, or of each that is not.
  func tileCounts(heldOut: Bool) -> [Int] {
    zip(tileCounts, isImageHeldOut).filter { $0.1 == heldOut }.map(\.0)
  }
}

/// Selects exactly `wanted` of a known number of rows, one after the other; all selections have the same
/// probability.
///
/// Algorithm S of Knuth, The Art of Computer Programming, volume 2, section 3.4.2.
struct Selection {
  private var wanted: Int
  private var left: Int
  private var generator: SeededGenerator

  init(_ wanted: Int, of count: Int, seed: UInt64) {
    self.wanted = wanted
    left = count
    generator = SeededGenerator(seed: seed, stream: RandomStream.validation)
  }

  /// Returns whether the next row is selected; false after the last.
  mutating func next() -> Bool {
    guard wanted > 0, left > 0 else { return false }
    let isChosen = generator.nextIndex(below: left) < wanted
    left -= 1
    if isChosen { wanted -= 1 }
    return isChosen
  }
}

/// Encodes batches into stores.
struct RowFiller {
  let encoder: RowEncoder
  let kind: RowKind

  /// A batch and its encoded rows; no rows if they stay bytes.
  private final class Slot: @unchecked Sendable {
    let records: RecordSlot
    private(set) lazy var rows = FloatBuffer(count: rowValueCount).all
    private let rowValueCount: Int

    init(_ layout: RecordLayout, capacity: Int, inputCount: Int, keepsBytes: Bool) {
      records = RecordSlot(layout: layout, capacity: capacity)
      rowValueCount = keepsBytes ? 0 : capacity * inputCount
    }
  }

  /// Makes a filler; pixels that are only divided stay bytes, a quarter of the memory.
  init(_ schema: Schema, _ layout: RecordLayout) {
    let divisor = layout.valueKind == .uint8 ? schema.commonDivisor : nil
    kind = divisor.map { .pixels(divisor: $0) } ?? .floats
    encoder = RowEncoder(schema)
  }

  static func batchRowCount(ofWidth width: Int) -> Int { max(1, min(1024, (1 << 18) / width)) }

  /// Calls `body` with the batches of a source in order, and their encoded rows.
  func forEachBatch(
    of source: any RecordSource, threadCount: Int,
    _ body: (borrowing RecordBatch, FloatSlice) throws -> Void
  ) throws {
    let supply = try RecordSupply(source, threadCount: threadCount)
    let layout = source.layout
    // The same batches as in the first pass, whose hashes are compared.
    let capacity = Self.batchRowCount(ofWidth: encoder.schema.table?.columns.count ?? layout.width)
    let keepsBytes = staysBytes(layout.valueKind)
    let inputCount = encoder.schema.inputCount
    let work = OrderedWork(
      slots: (0..<threadCount + 2).map { _ in
        Slot(layout, capacity: capacity, inputCount: inputCount, keepsBytes: keepsBytes)
      },
      threadCount: threadCount, fill: { try $0.records.take(from: supply) },
      work: { [encoder] slot, _ in
        try slot.records.read()
        if !keepsBytes { encoder.encode(slot.records.records, into: slot.rows) }
      })
    while let slot = try work.next() { try body(slot.records.records, slot.rows) }
  }

  private func staysBytes(_ valueKind: ValueKind) -> Bool { kind != .floats && valueKind == .uint8 }

  /// Returns a filler for another source by the same schema, and that source fitted to the schema.
  func matching(_ source: any RecordSource) throws(IngestError) -> (RowFiller, any RecordSource) {
    let other = try source.fittedForLearning(to: encoder.schema)
    return (RowFiller(encoder.schema, other.layout), other)
  }

  /// Makes a store for rows of this kind; `other` fills the same number of rows into another store.
  func store(_ seed: UInt64, limit: Int, beside other: RowFiller?) -> RowStore {
    RowStore(
      width: encoder.schema.inputCount, kind: kind, seed: seed, memoryLimitBytes: limit,
      bytesBeside: other?.rowByteCount ?? 0)
  }

  private var rowByteCount: Int { kind.byteCount(ofWidth: encoder.schema.inputCount) }

  /// Adds each row to the store that `store` returns for it.
  func append(
    _ batch: borrowing RecordBatch, _ rows: FloatSlice, to store: () -> RowStore
  ) throws(IngestError) {
    let width = encoder.schema.inputCount
    let staysBytes = staysBytes(batch.valueKind)
    for row in 0..<batch.rowCount {
      let range = row * width..<(row + 1) * width
      if staysBytes {
        try store().append(pixels: batch.bytes[range])
      } else {
        try store().append(rows[range])
      }
    }
  }
}
