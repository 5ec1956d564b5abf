import Misfit

/// The notes on data that was opened.
enum SourceText {
  /// Prints the notes in one line: `data.csv: comma-separated, with a header`.
  static func printNotes(of source: any RecordSource, on terminal: Terminal) {
    guard !source.layout.messages.isEmpty else { return }
    terminal.messages.note(
      "\(VisibleText.line(source.name)): \(MessageText.list(source.layout.messages).shown)")
  }
}
