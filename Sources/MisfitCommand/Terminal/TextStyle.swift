import MisfitCore

/// Colors and font weights of text, or none.
struct TextStyle {
  var isColored: Bool

  /// A style without escape codes.
  static let plain = TextStyle(isColored: false)

  /// Creates a style with colors if `isTerminal`, unless `NO_COLOR` is set (see no-color.org) or the terminal
  /// is dumb.
  init(isTerminal: Bool) {
    isColored =
      isTerminal && FileSystem.environment("NO_COLOR") == nil && FileSystem.environment("TERM") != "dumb"
  }

  init(isColored: Bool) { self.isColored = isColored }

  func bold(_ text: String) -> String { escape(text, "1") }
  func red(_ text: String) -> String { escape(text, "1;31") }
  func yellow(_ text: String) -> String { escape(text, "33") }

  private func escape(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
