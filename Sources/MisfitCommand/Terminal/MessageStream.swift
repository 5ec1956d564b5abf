/// Standard error: lines and, on a terminal, one transient last line.
final class MessageStream {
  private let sink: TextSink
  private var hasTransientLine = false

  init(_ sink: TextSink) { self.sink = sink }

  var style: TextStyle { sink.style }
  var isTerminal: Bool { sink.isTerminal }
  /// The number of columns of the terminal.
  var terminalWidth: Int { sink.terminalWidth ?? 80 }

  /// Writes a line in place of the transient one.
  func write(line: String) {
    send((hasTransientLine ? Self.erase : "") + line + "\n")
    hasTransientLine = false
  }

  /// Replaces the transient line; does nothing if standard error is not a terminal.
  func show(transient line: String) {
    guard isTerminal else { return }
    send(Self.erase + line)
    hasTransientLine = true
  }

  /// Erases the transient line.
  func clear() {
    if hasTransientLine { send(Self.erase) }
    hasTransientLine = false
  }

  /// Moves to the first column and erases to the end of the line.
  private static let erase = "\r\u{1B}[K"

  /// Writes text; errors are ignored, since there is nowhere to report them.
  private func send(_ text: String) { try? sink.write(Array(text.utf8)) }
}
