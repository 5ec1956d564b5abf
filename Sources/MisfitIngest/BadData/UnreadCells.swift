import MisfitCore

/// The cells of a table that are none of their column's kind.
public struct UnreadCells: Sendable, Hashable {
  /// The cells of one column.
  public struct Column: Sendable, Hashable {
    /// The column's name.
    public var name: String
    /// The texts, the most frequent first, and how often each stands there; up to ten.
    public var texts: [ColumnLevel]
    /// The number of different texts among those that are known.
    public var differentCount: Int
  }

  /// Each column that has such cells, in the order of the table.
  public let columns: [Column]
  /// All such cells.
  public let count: Int
  /// The first of them, up to ten.
  public let first: [Reject]
  /// The records that were looked through, where those are not all.
  public let recordCount: Int?
  /// Whether the columns are those of a model, which cannot be read in another way.
  public let isOfModel: Bool

  private static let keptCount = 10

  /// Looks for them in a pass of its own, in the order of the source; nil where there are none.
  ///
  /// - Throws: ``IngestError``, and what `onRows` throws.
  static func find(
    in source: any CellSource, table: TableSchema, threadCount: Int, onRows: (Int) throws -> Void
  ) throws -> UnreadCells? {
    let log = source.handling.log ?? RejectLog()
    let typed = try source.typed(asDecidedBy: table).handling(BadDataHandling(policy: .missing, log: log))
    var rowCount = 0
    let capacity = RowFiller.batchRowCount(ofWidth: table.used.count)
    try typed.forEachBatch(ofUpTo: capacity, threadCount: threadCount) { batch in
      rowCount += batch.rowCount
      try onRows(rowCount)
    }
    return UnreadCells(log, names: table.used.map(\.name))
  }

  /// Sorts what a pass found; nil where that is nothing.
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

  /// The error of one cell as it is, and of several as one.
  public var error: IngestError {
    guard count > 1, let reject = first.first else { return first.first?.error ?? IngestError(.missingCell) }
    return IngestError(.unreadCells(first: reject.problem, self), at: reject.position)
  }

  /// Where the cells were looked for: ` in all`, ` among the first 1,000 records`.
  var extent: String {
    recordCount.map { " among the first \(NumberText.grouped($0)) records" } ?? " in all"
  }

  /// `"load": "x4" (3), "heavy" (2)`, and so on for each column.
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

  /// All words, as `--missing-values` takes them.
  var words: String { columns.flatMap(\.texts).map(\.text).prefix(12).joined(separator: ",") }
}
