import MisfitCore

/// A line on a terminal that is rewritten at most ten times a second.
///
/// It shows nothing if standard error is not a terminal or with `--quiet`; lines that should remain are
/// written with ``log(_:)``.
final class ProgressLine {
  private let messages: Messages
  private let now: () -> Double
  private let isShown: Bool
  private var nextSeconds = -Double.infinity

  private static let secondsBetweenLines = 0.1

  /// Creates a progress line; `now` returns the seconds since some start.
  init(_ messages: Messages, now: @escaping () -> Double = ProgressLine.monotonicSeconds) {
    self.messages = messages
    self.now = now
    isShown = messages.stream.isTerminal && !messages.isQuiet
  }

  /// Shows a line if the last one is old enough; otherwise `line` is not called.
  ///
  /// - Complexity: reads the clock, about 30 ns.
  func update(_ line: () -> String) {
    guard isShown else { return }
    let seconds = now()
    guard seconds >= nextSeconds else { return }
    nextSeconds = seconds + Self.secondsBetweenLines
    // The last column stays empty: a full line makes some terminals wrap.
    let text = VisibleText.line(line())
    messages.stream.show(transient: String(text.prefix(messages.stream.terminalWidth - 1)))
  }

  /// Writes a permanent line, on a terminal or not.
  func log(_ line: @autoclosure () -> String) {
    if !messages.isQuiet { messages.stream.write(line: VisibleText.lines(line())) }
  }

  /// Erases the line.
  func clear() {
    messages.stream.clear()
    nextSeconds = -.infinity
  }

  /// Returns the seconds of a monotonic clock.
  static func monotonicSeconds() -> Double { (ContinuousClock.now - start) / .seconds(1) }
  private static let start = ContinuousClock.now

  /// Returns a share from 0 to 1 as a bar: `━━━━━━────`.
  static func bar(_ share: Double, width: Int = 12) -> String {
    let filled = Int((min(max(share, 0), 1) * Double(width)).rounded(.down))
    return String(repeating: "━", count: filled) + String(repeating: "─", count: width - filled)
  }
}
