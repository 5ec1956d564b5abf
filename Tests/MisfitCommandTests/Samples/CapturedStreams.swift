import MisfitCore

@testable import MisfitCommand

/// Streams whose text a test reads.
final class CapturedStreams {
  private(set) var output = ""
  private(set) var errors = ""
  private let terminalWidth: Int?

  /// On a terminal of a width, or off one.
  init(terminalWidth: Int? = nil) { self.terminalWidth = terminalWidth }

  var streams: Streams {
    var output = TextSink(write: { [unowned self] in self.output += String(decoding: $0, as: UTF8.self) })
    var errors = TextSink(write: { [unowned self] in self.errors += String(decoding: $0, as: UTF8.self) })
    output.terminalWidth = terminalWidth
    errors.terminalWidth = terminalWidth
    return Streams(output: ResultStream(output), errors: MessageStream(errors))
  }

  /// Runs the sample command.
  @discardableResult
  func run(_ arguments: String...) -> ExitStatus { Program.sample().run(arguments, on: streams) }
}
