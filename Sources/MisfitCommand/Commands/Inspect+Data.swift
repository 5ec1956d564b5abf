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
    if let output {
      try DataFiles.check(output: output, differsFrom: subjects)
      // Checked before the data is read, which may take long.
      if output.hasSuffix(".html") { _ = try OutputFile(output) }
    }
    var options = input.sourceOptions
    columns.apply(to: &options)
    let source = try DataFiles.openForFit(
      subjects, options, seed: 0, threads: machine.threadCount)
    SourceText.printNotes(of: source, on: terminal)
    if let images = source.imageFolder { return try show(images, on: terminal) }
    let interruption = Interruption.watch()
    defer { interruption.end() }
    let progress = RowProgressLine("looking through", terminal.messages)
    let table = try TableInspection(
      source, threadCount: machine.threadCount, keepsSamples: output != nil
    ) { rows in
      try interruption.check()
      progress.update(rowCount: rows)
    }
    progress.finish()
    for remark in table.columns.compactMap(\.remark).prefix(20) { terminal.messages.note(remark.shown) }
    for line in lines(of: table) { try terminal.print(line) }
    try writePage(on: table, of: source.name, terminal)
    try terminal.finish(
      json: JSONText.compact(.object(table.json(source: source.name, naming: OptionFlags.text))))
    // Throws as `fit` and `detect` do, after the columns are shown.
    if let cells = table.unreadCells, input.badData.policy == .stop { throw cells.error }
    return .done
  }

  /// Writes the page if it is wanted.
  private func writePage(on table: TableInspection, of name: String, _ terminal: Terminal) throws {
    guard let output else { return }
    var report = InspectionReport(table, source: name, naming: OptionFlags.text)
    report.command = (["misfit"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
    let page = try report.write(to: FolderPath.plain(output))
    try terminal.print("")
    try terminal.print("report \(page)")
  }

  /// Shows the sizes and the labels of images, without decoding them.
  private func show(_ images: ImageFolderSource, on terminal: Terminal) throws -> ExitStatus {
    let sizes = Self.counted(images.originalSizes.map { "\($0.width)x\($0.height)" })
    let labels = Self.counted(images.imageLabels.compactMap(\.self))
    let model = FitOptions().modelChoice(for: images)
    try terminal.print(
      "\(CountText.of(images.imageIDs.count, "image")), \(CountText.of(sizes.count, "size")); `fit` and "
        + "`detect` learn them \(model == .local ? "whole" : "in patches") (--model \(model.name))")
    let rows =
      sizes.map { ["size", $0.text, NumberText.grouped($0.count)] }
      + labels.map { ["label", $0.text, NumberText.grouped($0.count)] }
    try terminal.print("")
    for line in RankingText.leftAligned([["what", "value", "images"]] + rows.prefix(columnCount)) {
      try terminal.print(line)
    }
    if rows.count > columnCount {
      try terminal.print("and \(NumberText.grouped(rows.count - columnCount)) more (--columns)")
    }
    func json(_ counts: [(text: String, count: Int)]) -> JSONValue {
      var object: JSONObject = [:]
      for entry in counts { object[entry.text] = JSONValue(entry.count) }
      return .object(object)
    }
    try terminal.finish(
      json: JSONText.compact(
        .object([
          "source": JSONValue(images.name), "images": JSONValue(images.imageIDs.count), "sizes": json(sizes),
          "labels": json(labels), "model": JSONValue(model.name),
        ])))
    return .done
  }

  /// Returns texts with their counts, the most frequent first.
  private static func counted(_ texts: [String]) -> [(text: String, count: Int)] {
    Dictionary(texts.map { ($0, 1) }, uniquingKeysWith: +).map { (text: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.text) < ($0.count, $1.text) }
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
