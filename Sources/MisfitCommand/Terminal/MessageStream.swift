/// Standard error: lines, and on a terminal one last line that is rewritten.
final class MessageStream {
  private let sink: TextSink
  private var hasTransientLine = false

  init(_ sink: TextSink) { self.sink = sink }

  var style: TextStyle { sink.style }
  var isTerminal: Bool { sink.isTerminal }
  /// Columns of the terminal.
  var terminalWidth: Int { sink.terminalWidth ?? 80 }

  /// Writes a line; a transient one makes room for it.
  func write(line: String) {
    send((hasTransientLine ? Self.erase : "") + line + "\n")
    hasTransientLine = false
  }

  /// Puts a line in the place of the last transient one, on a terminal alone.
  func show(transient line: String) {
    guard isTerminal else { return }
    send(Self.erase + line)
    hasTransientLine = true
  }

  /// Takes the transient line away.
  func clear() {
    if hasTransientLine { send(Self.erase) }
    hasTransientLine = false
  }

  /// Back to the first column, and erase to the end of the line.
  private static let erase = "\r\u{1B}[K"

  /// Where messages cannot be written there is nobody to tell.
  private func send(_ text: String) { try? sink.write(Array(text.utf8)) }
}
