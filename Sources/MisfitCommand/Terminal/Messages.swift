import MisfitCore

/// What the command says about its work: `misfit: …` on standard error.
final class Messages {
  let stream: MessageStream
  /// Notes and progress are not wanted; errors and warnings still are told.
  let isQuiet: Bool

  init(_ stream: MessageStream, isQuiet: Bool = false) {
    self.stream = stream
    self.isQuiet = isQuiet
  }

  /// Why the command failed.
  func error(_ error: any Error) { write(stream.style.red("misfit:"), "", Self.text(of: error)) }

  /// What may make the result other than expected; told even where notes are not wanted.
  func warning(_ text: String) { write(stream.style.bold("misfit:"), stream.style.yellow("warning: "), text) }

  /// What is good to know: a choice that was made, a file that was written.
  func note(_ text: String) {
    guard !isQuiet else { return }
    write(stream.style.bold("misfit:"), "note: ", text)
  }

  private func write(_ program: String, _ label: String, _ text: String) {
    stream.write(line: "\(program) \(label)\(VisibleText.lines(text))")
  }

  private static func text(of error: any Error) -> String {
    (error as? any DiagnosableError)?.diagnosis.text(naming: OptionFlags.text)
      ?? "unexpected error: \(error)"
  }
}
