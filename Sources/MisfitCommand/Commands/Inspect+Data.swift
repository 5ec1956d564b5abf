import Misfit
import MisfitReporting

extension Inspect {
  /// Returns whether the file is a model rather than data; for a file that does not exist, its name decides.
  static func isModel(_ path: String) -> Bool {
    if path.hasSuffix(".misfit") || path.hasSuffix(".checkpoint") { return true }
    if path == "-" || path == "digits" || path.hasPrefix("random:") || path.contains(".npz:") { return false }
    return FileSystem.status(of: path)?.isRegular == true && Detector.isModel(path)
  }

  /// Shows the columns of a table.
  func inspectData(_ terminal: Terminal) throws -> ExitStatus {
    guard dotPath == nil else {
      throw ArgumentError(.conflict("--dot draws networks", remedy: "give a model, or omit it"))
    }
    var options = input.sourceOptions
    columns.apply(to: &options)
    let source = try DataFiles.openForFit(
      subjects, options, seed: 0, threads: machine.threadCount)
    SourceText.printNotes(of: source, on: terminal)
    let interruption = Interruption.watch()
    defer { interruption.end() }
    let progress = RowProgressLine("looking through", terminal.messages)
    let table = try TableInspection(source, threadCount: machine.threadCount) { rows in
      try interruption.check()
      progress.update(rowCount: rows)
    }
    progress.finish()
    for remark in table.columns.compactMap(\.remark).prefix(20) { terminal.messages.note(remark.shown) }
    for line in lines(of: table) { try terminal.print(line) }
    try terminal.finish(
      json: JSONText.compact(.object(table.json(source: source.name, naming: OptionFlags.text))))
    // Throws as `fit` and `detect` do, after the columns are shown.
    if let cells = table.unreadCells, input.badData.policy == .stop { throw cells.error }
    return .done
  }

  private func lines(of table: TableInspection) -> [String] {
    let used = table.columns.filter(\.isUsed)
    let inputs = used.reduce(0) { $0 + $1.width }
    var summary = "\(CountText.of(table.rowCount, "row")), \(CountText.of(table.columns.count, "column"))"
    if table.isAllNumbers {
      summary += ", all of them numbers without a missing cell: taken as they stand"
    } else {
      summary +=
        "; a model sees \(NumberText.grouped(used.count)) of them as \(CountText.of(inputs, "input"))"
    }
    var rows = [["column", "kind", "missing", "different", "content", "encoding", "why"]]
    for column in table.columns.prefix(columnCount) {
      rows.append([
        column.name, column.kind.rawValue, missingText(column),
        (column.distinctCount > 100_000 ? "about " : "") + NumberText.grouped(column.distinctCount),
        column.contentText(), table.isAllNumbers ? "as --scale says" : column.encodingText,
        column.reason.shown,
      ])
    }
    var lines = [summary, ""] + RankingText.leftAligned(rows)
    let left = table.columns.count - columnCount
    if left > 0 { lines.append("and \(NumberText.grouped(left)) more (--columns)") }
    return lines
  }

  private func missingText(_ column: TableColumn) -> String {
    guard column.missingCount > 0 else { return "" }
    return "\(NumberText.significant(column.missingShare * 100, digits: 2)) %"
  }
}
