import MisfitCore

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

  /// Calls `body` with the batches of a source in order, and their encoded rows.
  func forEachBatch(
    of source: any RecordSource, threadCount: Int,
    _ body: (borrowing RecordBatch, FloatSlice) throws -> Void
  ) throws {
    let supply = try RecordSupply(source, threadCount: threadCount)
    let layout = source.layout
    // The same batches as in the first pass, whose hashes are compared.
    let capacity = RecordLayout.batchRowCount(ofWidth: encoder.schema.table?.columns.count ?? layout.width)
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
