import MisfitCore

/// The first pass over a table whose columns may be of several kinds.
struct TableProfile {
  let source: String
  let layout: RecordLayout
  /// Whether the values are cells of a text.
  let isText: Bool
  /// The handling of cells that are not of their column's kind.
  let policy: BadDataPolicy
  /// The notation of each column's numbers; empty if the source is not text.
  private(set) var notations: [ColumnNotation] = []
  private(set) var columns = ColumnProfiles(
    keepsNumbers: [], words: CellWords(TypingOptions()), holdsCells: false)
  /// The order of the dates in the columns that determine one.
  private(set) var dateOrder: TableDateOrder?
  /// The numbers of each column that are read as "no value"; empty for none.
  private var sentinels: [[Double]] = []
  private(set) var rowCount = 0
  private(set) var fingerprint = ContentFingerprint()

  /// Reads all records on several threads; the parts are merged in the order of the records.
  ///
  /// - Throws: ``IngestError``, and the errors of `onRows`.
  init(
    _ source: any RecordSource, options: TypingOptions, threadCount: Int, onRows: (Int) throws -> Void
  ) throws {
    self.source = source.name
    let text = source.cells
    isText = text != nil
    policy = text?.handling.policy ?? .stop
    guard let text else {
      let all = ColumnSelection(source, columns: Array(0..<source.layout.width))
      layout = all.layout
      try read(all, options, keeping: [], threadCount, onRows)
      return
    }
    layout = source.layout
    notations = text.notations
    var cells = text.withCells()
    try read(cells, options, keeping: [], threadCount, onRows)
    // Later records may contradict the first ones, whose notation the cells were read by.
    let decided = text.notations(columns.map(\.evidence))
    if decided != notations {
      notations = decided
      cells = text.withCells(decided)
      try read(cells, options, keeping: [], threadCount, onRows)
    }
    let found = foundSentinels(options)
    if found.contains(where: { !$0.isEmpty }) {
      sentinels = found
      try read(cells, options, keeping: [], threadCount, onRows)
    }
    let codes = codesWithoutLevels(options)
    if !codes.isEmpty { try read(cells, options, keeping: codes, threadCount, onRows) }
  }

  /// Returns the numbers of each column that stand for "no value", but not those that the user keeps.
  private func foundSentinels(_ options: TypingOptions) -> [[Double]] {
    columns.indices.map { index in
      let found = NumberSentinel.find(columns[index].sample.sorted).filter { number in
        !options.keptWords.contains { Double($0) == number }
      }
      guard !found.isEmpty else { return [] }
      let kind = decision(index, options, .standard, isAmongNumbers: false).column.kind
      return kind == .numeric || kind == .count ? found : []
    }
  }

  /// Returns the columns whose numbers are levels and were too many to count each.
  private func codesWithoutLevels(_ options: TypingOptions) -> Set<Int> {
    guard columns.contains(where: { !$0.hasAllLevels }) else { return [] }
    let isAmongNumbers = isAmongNumbers(options, .standard)
    return Set(
      columns.indices.filter { index in
        guard !columns[index].hasAllLevels else { return false }
        let kind = decision(index, options, .standard, isAmongNumbers: isAmongNumbers).column.kind
        return kind == .categorical || kind == .boolean
      })
  }

  /// Reads all cells; counts each number of the columns in `kept` as a text.
  private mutating func read(
    _ cells: any RecordSource, _ options: TypingOptions, keeping kept: Set<Int>, _ threadCount: Int,
    _ onRows: (Int) throws -> Void
  ) throws {
    rowCount = 0
    fingerprint = ContentFingerprint()
    let keeps = (0..<layout.width).map { index in
      let kind = index < layout.columns.count ? options.kinds[layout.columns[index]] : nil
      return kept.contains(index) || kind == .categorical || kind == .boolean
    }
    let words = CellWords(options)
    let supply = try RecordSupply(cells, threadCount: threadCount)
    let capacity = RecordLayout.batchRowCount(ofWidth: layout.width)
    // Profiles of a few rows would take more memory and time than the rows.
    let isWide = capacity <= Self.fewRows
    columns = ColumnProfiles(keepsNumbers: keeps, sentinels: sentinels, words: words, holdsCells: isWide)
    let blank = isWide ? [] : ColumnProfiles.blank(keeps, sentinels)
    let work = OrderedWork(
      slots: (0..<threadCount + 2).map { _ in Slot(layout, capacity: capacity) }, threadCount: threadCount,
      fill: { try $0.records.take(from: supply) },
      work: { slot, _ in
        try slot.records.read()
        if !isWide { slot.profile(from: blank, words: words) }
      })
    while let slot = try work.next() {
      if isWide { columns.add(slot.records.records) } else { columns.merge(slot.columns) }
      fingerprint.update(slot.records.records)
      rowCount += slot.records.records.rowCount
      try onRows(rowCount)
    }
    dateOrder = TableDateOrder.of(columns) { layout.featureName(at: $0) }
  }

  private static let fewRows = 128

  /// Returns the notation of a column's numbers.
  func notation(_ column: Int) -> ColumnNotation {
    notations.isEmpty ? ColumnNotation() : notations[column]
  }

  /// Whether all numbers are in the plain notation.
  var isPlain: Bool { notations.allSatisfy { $0 == ColumnNotation() } }

  /// A batch and the profiles of its columns.
  private final class Slot: @unchecked Sendable {
    let records: RecordSlot
    private(set) var columns: [ColumnProfile] = []

    init(_ layout: RecordLayout, capacity: Int) { records = RecordSlot(layout: layout, capacity: capacity) }

    func profile(from blank: [ColumnProfile], words: CellWords) {
      columns = blank
      Self.add(records.records, to: &columns, words: words)
    }

    private static func add(
      _ batch: borrowing RecordBatch, to columns: inout [ColumnProfile], words: CellWords
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
            words: words)
        }
      }
    }
  }
}
