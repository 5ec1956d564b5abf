import Misfit

/// What was found out about data.
enum SourceText {
  /// Tells it in one line: `data.csv: comma-separated, with a header`.
  static func tell(_ source: any RecordSource, on terminal: Terminal) {
    guard !source.layout.notes.isEmpty else { return }
    terminal.messages.note("\(VisibleText.line(source.name)): \(source.layout.notes.joined(separator: ", "))")
  }
}

/// Numbers of things in sentences.
enum CountText {
  /// `1 row`, `2,000 rows`.
  static func of(_ count: Int, _ noun: String) -> String {
    "\(NumberText.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }
}
