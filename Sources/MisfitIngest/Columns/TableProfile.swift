import MisfitCore

/// The first pass over a table whose columns are not all known to be numbers.
struct TableProfile {
  let source: String
  let layout: RecordLayout
  /// How the numbers of the columns are written; empty where the source is no text.
  private(set) var notations: [ColumnNotation] = []
  private(set) var columns = ColumnProfiles(keepsNumbers: [], missing: MissingWords([]), holdsCells: false)
  private(set) var rowCount = 0
  private(set) var fingerprint = ContentFingerprint()

  /// Reads all records; threads share the reading, and the parts are merged in the order of the records.
  ///
  /// - Throws: ``IngestError``, and what `onRows` throws.
  init(
    _ source: any RecordSource, options: TypingOptions, threadCount: Int, onRows: (Int) throws -> Void
  ) throws {
    self.source = source.name
    layout = source.layout
    guard let text = source as? CSVSource else {
      try read(source, options, threadCount, onRows)
      return
    }
    notations = text.notations
    try read(text.withCells(), options, threadCount, onRows)
    // Later records may say otherwise than the first ones, which then were read in the wrong way.
    let decided = text.notations(columns.map(\.evidence))
    guard decided != notations else { return }
    notations = decided
    try read(text.withCells(decided), options, threadCount, onRows)
  }

  private mutating func read(
    _ cells: any RecordSource, _ options: TypingOptions, _ threadCount: Int, _ onRows: (Int) throws -> Void
  ) throws {
    rowCount = 0
    fingerprint = ContentFingerprint()
    let named = layout.columns.map { options.kinds[$0].map { $0 == .categorical || $0 == .boolean } ?? false }
    let keeps = named.isEmpty ? Array(repeating: false, count: layout.width) : named
    let missing = options.allMissingWords
    let supply = try RecordSupply(cells)
    let capacity = RowFiller.batchRowCount(ofWidth: layout.width)
    // Profiles of a few rows each would take more memory and time than the rows.
    let isWide = capacity <= Self.fewRows
    columns = ColumnProfiles(keepsNumbers: keeps, missing: missing, holdsCells: isWide)
    let blank = isWide ? [] : ColumnProfiles.blank(keeps)
    let work = OrderedWork(
      slots: (0..<threadCount + 2).map { _ in Slot(layout, capacity: capacity) }, threadCount: threadCount,
      fill: { try $0.records.take(from: supply) },
      work: { slot, _ in
        try slot.records.read()
        if !isWide { slot.profile(from: blank, missing: missing) }
      })
    while let slot = try work.next() {
      if isWide { columns.add(slot.records.records) } else { columns.merge(slot.columns) }
      fingerprint.update(slot.records.records)
      rowCount += slot.records.records.rowCount
      try onRows(rowCount)
    }
  }

  private static let fewRows = 128

  /// How the numbers of a column are written.
  func notation(_ column: Int) -> ColumnNotation {
    notations.isEmpty ? ColumnNotation() : notations[column]
  }

  /// Whether all numbers are plain.
  var isPlain: Bool { notations.allSatisfy { $0 == ColumnNotation() } }

  /// A batch, and what was seen of its columns.
  private final class Slot: @unchecked Sendable {
    let records: RecordSlot
    private(set) var columns: [ColumnProfile] = []

    init(_ layout: RecordLayout, capacity: Int) { records = RecordSlot(layout: layout, capacity: capacity) }

    func profile(from blank: [ColumnProfile], missing: MissingWords) {
      columns = blank
      Self.add(records.records, to: &columns, missing: missing)
    }

    private static func add(
      _ batch: borrowing RecordBatch, to columns: inout [ColumnProfile], missing: MissingWords
    ) {
      let width = batch.width
      if batch.cellEnds.isEmpty {
        for row in 0..<batch.rowCount {
          for column in 0..<width {
            columns[column].addCell(
              number: batch.value(row: row, column: column), record: batch.firstRecord + row)
          }
        }
        return
      }
      let bytes = batch.cellBytes.span
      for column in 0..<width {
        for row in 0..<batch.rowCount {
          let place = row * width + column
          let range = (place == 0 ? 0 : batch.cellEnds[place - 1])..<batch.cellEnds[place]
          let number = batch.values[place]
          columns[column].add(
            bytes.extracting(range), number: number.isNaN ? nil : number, record: batch.firstRecord + row,
            missing: missing)
        }
      }
    }
  }
}
