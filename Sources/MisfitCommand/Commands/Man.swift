import Misfit
import MisfitReporting

/// The verb `misfit man`.
struct Man: Verb {
  static let name = "man"
  static let summary = "Prints the manual page, with all verbs and flags."
  static let examples = [
    Example("misfit man | man -l -", "read it now"),
    Example("misfit man > /usr/local/share/man/man1/misfit.1", "for `man misfit`"),
  ]

  static var arguments: [Argument<Man>] {}

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let page = ManualPage(.misfit).source
    try terminal.print(page)
    try terminal.finish(json: JSONText.compact(["page": JSONValue(page)]))
    return .done
  }
}
