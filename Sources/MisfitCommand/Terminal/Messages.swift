import MisfitCore
import MisfitPlots

/// The messages of the command: `misfit: …` on standard error.
final class Messages {
  let stream: MessageStream
  /// Whether notes and progress are suppressed; errors and warnings are still printed.
  let isQuiet: Bool

  init(_ stream: MessageStream, isQuiet: Bool = false) {
    self.stream = stream
    self.isQuiet = isQuiet
  }

  /// Prints the error that the command failed with, and how to mend it.
  func error(_ error: any Error) {
    let diagnosis = (error as? any DiagnosableError)?.diagnosis
    var problem = diagnosis?.problem.shown ?? "unexpected error: \(error)"
    if let position = diagnosis?.position { problem = "\(position): \(problem)" }
    write(stream.style.bold("misfit:"), stream.style.red("error: "), problem)
    if let remedy = diagnosis?.remedy { write(stream.style.bold("misfit:"), "hint: ", remedy.shown) }
  }

  /// Prints a warning about the result, even if notes are suppressed.
  func warning(_ text: String) { write(stream.style.bold("misfit:"), stream.style.yellow("warning: "), text) }

  /// Warns, after a report was written, that it has no plots, if they cannot be drawn here.
  func warnOfMissingPlots() {
    if let text = PlotLibraries.missingText { warning("the report is without plots: \(text)") }
  }

  /// Prints a note, such as a choice or a file that was written.
  func note(_ text: String) {
    guard !isQuiet else { return }
    write(stream.style.bold("misfit:"), "note: ", text)
  }

  private func write(_ program: String, _ label: String, _ text: String) {
    stream.write(line: "\(program) \(label)\(VisibleText.lines(text))")
  }
}
