import MisfitCore

/// The cells of a table that are not of their column's kind.
package struct UnreadCells: Sendable, Hashable {
  /// The cells of one column.
  package struct Column: Sendable, Hashable {
    /// The column's name.
    package var name: String
    /// Up to ten texts, the most frequent first, with the number of cells of each.
    package var texts: [ColumnLevel]
    /// The number of different texts among those that are known.
    package var differentCount: Int
  }

  /// Each column that has such cells, in the order of the table.
  package let columns: [Column]
  /// The number of such cells.
  package let count: Int
  /// The first ten of them.
  package let first: [Reject]
  /// The number of records that were searched; nil for all.
  package let recordCount: Int?
  /// Whether the columns are those of a model, whose kinds are fixed.
  package let isOfModel: Bool

  private static let keptCount = 10

  /// Finds the cells in a pass over the source; nil if there are none.
  ///
  /// - Throws: ``IngestError``, and the errors of `onRows`.
  static func find(
    in source: any CellSource, table: TableSchema, threadCount: Int, onRows: (Int) throws -> Void
  ) throws -> UnreadCells? {
    let log = source.handling.log ?? RejectLog()
    let typed = try source.typed(asDecidedBy: table).handling(BadDataHandling(policy: .missing, log: log))
    var rowCount = 0
    let capacity = RecordLayout.batchRowCount(ofWidth: table.used.count)
    try typed.forEachBatch(ofUpTo: capacity, threadCount: threadCount) { batch in
      rowCount += batch.rowCount
      try onRows(rowCount)
    }
    return UnreadCells(log, names: table.used.map(\.name))
  }

  /// Groups the cells of a log by column; nil if it has none.
  init?(_ log: RejectLog, names: [String], recordCount: Int? = nil, isOfModel: Bool = false) {
    let rejects = log.rejects.filter { !$0.cell.isEmpty }
    guard !rejects.isEmpty else { return nil }
    columns = names.compactMap { name -> Column? in
      var counts: [String: Int] = [:]
      for reject in rejects where reject.position.column == name { counts[reject.cell, default: 0] += 1 }
      guard !counts.isEmpty else { return nil }
      let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      return Column(
        name: name, texts: ranked.prefix(Self.keptCount).map { ColumnLevel(text: $0.key, count: $0.value) },
        differentCount: counts.count)
    }
    count = log.count
    first = Array(rejects.prefix(Self.keptCount))
    self.recordCount = recordCount
    self.isOfModel = isOfModel
  }

  /// The error for the only cell, or one for several cells.
  package var error: IngestError {
    guard count > 1, let reject = first.first else { return first.first?.error ?? IngestError(.missingCell) }
    return IngestError(.unreadCells(first: reject.problem, self), at: reject.position)
  }

  /// The extent of the search: ` in all`, ` among the first 1,000 records`.
  var extent: String {
    recordCount.map { " among the first \(NumberText.grouped($0)) records" } ?? " in all"
  }

  /// The texts of each column: `"load": "x4" (3), "heavy" (2)`.
  var text: String {
    let shown = columns.prefix(10).map { column in
      let texts = column.texts.map {
        "\"\($0.text)\"" + ($0.count > 1 ? " (\(NumberText.grouped($0.count)))" : "")
      }
      let more = column.differentCount - texts.count
      return "\"\(column.name)\": " + texts.joined(separator: ", ")
        + (more > 0 ? " and \(NumberText.grouped(more)) more" : "")
    }
    let more = columns.count - shown.count
    return shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more columns" : "")
  }

  /// All words, as a value of `--missing-values`.
  var words: String { columns.flatMap(\.texts).map(\.text).prefix(12).joined(separator: ",") }
}
