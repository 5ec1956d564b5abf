import MisfitCore

extension CSVSource {
  /// The number of records, after the first cell that cannot be read, in which others are searched.
  private static let searchedRecordCount = 1_000_000

  /// Returns an error with all cells that cannot be read, if `original` is one of such a cell and the texts
  /// can be read again; otherwise `original` itself.
  ///
  /// Takes a pass over the records up to a million after that cell.
  func withAllCellsUnread(_ original: IngestError, threadCount: Int) -> IngestError {
    guard original.kind.isOfUnreadCell, canBeReadAgain else { return original }
    let log = RejectLog()
    let source = handling(BadDataHandling(policy: .missing, log: log))
    var passed = 0
    var left: Int?
    do {
      try source.forEachBatch(ofUpTo: 1024, threadCount: threadCount) { batch in
        passed += batch.rowCount
        if left == nil, log.count > 0 { left = passed + Self.searchedRecordCount }
        if let left, passed >= left { throw SearchEnd() }
      }
    } catch is SearchEnd {
      return UnreadCells(log, names: layout.columns, recordCount: passed, isOfModel: true)?.error ?? original
    } catch { return original }
    return UnreadCells(log, names: layout.columns, isOfModel: true)?.error ?? original
  }

  private struct SearchEnd: Error {}
}
