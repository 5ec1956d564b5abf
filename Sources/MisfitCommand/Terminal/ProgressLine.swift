import MisfitCore

/// A line on a terminal that is rewritten at most ten times a second.
///
/// Off a terminal, and where the user wants quiet, it shows nothing; lines that should stay are written with
/// ``log(_:)``.
final class ProgressLine {
  private let messages: Messages
  private let now: () -> Double
  private let isShown: Bool
  private var nextSeconds = -Double.infinity

  private static let secondsBetweenLines = 0.1

  /// `now` gives seconds since some beginning.
  init(_ messages: Messages, now: @escaping () -> Double = ProgressLine.monotonicSeconds) {
    self.messages = messages
    self.now = now
    isShown = messages.stream.isTerminal && !messages.isQuiet
  }

  /// Shows a line, if it is time for one; otherwise `line` is not called.
  ///
  /// - Complexity: a look at the clock, about 30 ns.
  func update(_ line: () -> String) {
    guard isShown else { return }
    let seconds = now()
    guard seconds >= nextSeconds else { return }
    nextSeconds = seconds + Self.secondsBetweenLines
    // The last column stays free: a full line makes some terminals wrap.
    let text = VisibleText.line(line())
    messages.stream.show(transient: String(text.prefix(messages.stream.terminalWidth - 1)))
  }

  /// Writes a line that stays, on a terminal or not.
  func log(_ line: @autoclosure () -> String) {
    if !messages.isQuiet { messages.stream.write(line: VisibleText.lines(line())) }
  }

  /// Takes the line away.
  func clear() {
    messages.stream.clear()
    nextSeconds = -.infinity
  }

  /// A clock that is never set back.
  static func monotonicSeconds() -> Double { (ContinuousClock.now - start) / .seconds(1) }
  private static let start = ContinuousClock.now

  /// `━━━━━━────`: a share from 0 to 1 as a bar.
  static func bar(_ share: Double, width: Int = 12) -> String {
    let filled = Int((min(max(share, 0), 1) * Double(width)).rounded(.down))
    return String(repeating: "━", count: filled) + String(repeating: "─", count: width - filled)
  }
}
