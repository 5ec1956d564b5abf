import MisfitCore

/// Standard output and standard error.
struct Streams {
  let output: ResultStream
  let errors: MessageStream

  /// The streams of the process.
  static var standard: Streams {
    Streams(
      output: ResultStream(.standard(1, .standardOutput)),
      errors: MessageStream(.standard(2, .standardError)))
  }
}

/// A destination of text, with its width and style.
struct TextSink {
  /// The number of columns of wrapped text.
  var width = 80
  /// The number of columns of the terminal; nil if it is not a terminal.
  var terminalWidth: Int?
  var style = TextStyle.plain
  var write: ([UInt8]) throws(FileError) -> Void

  var isTerminal: Bool { terminalWidth != nil }

  /// Returns a stream of the process.
  static func standard(_ descriptor: Int32, _ file: ByteFile) -> TextSink {
    let isTerminal = TerminalDevice.isTerminal(descriptor)
    let columns = isTerminal ? TerminalDevice.columnCount(descriptor) ?? 80 : nil
    return TextSink(
      width: min(max(columns ?? 80, 40), 100), terminalWidth: columns,
      style: TextStyle(isTerminal: isTerminal)
    ) { bytes throws(FileError) in try file.write(bytes) }
  }
}
