import Testing

@testable import MisfitCommand

@Suite("Argument errors")
struct ArgumentErrorTests {
  /// Arguments, and what standard error holds after them.
  static let cases: [([String], String)] = [
    (["fit", "d", "--epochs", "abc"], "--epochs: \"abc\" is not a whole number of at least 1"),
  ]

  @Test("says what is wrong, and the way out", arguments: cases)
  func message(_ arguments: [String], _ message: String) {
    let captured = CapturedStreams()
    let status = Program.sample().run(arguments, on: captured.streams)
    #expect(status == .error)
    #expect(captured.errors == "misfit: \(message)\n")
    #expect(captured.output == "")
  }
}
