import MisfitCore

/// Standard output and standard error.
struct Streams {
  let output: ResultStream
  let errors: MessageStream

  /// Those of the process.
  static var standard: Streams {
    Streams(
      output: ResultStream(.standard(1, .standardOutput)),
      errors: MessageStream(.standard(2, .standardError)))
  }
}

/// Where text goes, and how it may look there.
struct TextSink {
  /// Columns of text that is set in lines.
  var width = 80
  /// Columns of the terminal; nil where there is none.
  var terminalWidth: Int?
  var style = TextStyle.plain
  var write: ([UInt8]) throws(FileError) -> Void

  var isTerminal: Bool { terminalWidth != nil }

  /// A stream of the process.
  static func standard(_ descriptor: Int32, _ file: ByteFile) -> TextSink {
    let isTerminal = TerminalDevice.isTerminal(descriptor)
    let columns = isTerminal ? TerminalDevice.columnCount(descriptor) ?? 80 : nil
    return TextSink(
      width: min(max(columns ?? 80, 40), 100), terminalWidth: columns,
      style: TextStyle(isTerminal: isTerminal)
    ) { bytes throws(FileError) in try file.write(bytes) }
  }
}
