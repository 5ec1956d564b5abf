/// A command as a page shows it: words as a shell parts them, `@` before the names of files that the page's
/// program keeps elsewhere.
///
///     CommandLineText("fit @digits.idx --hidden 32 -o @model.misfit").shown  // without the @
struct CommandLineText {
  /// The words, quotes taken away, each with whether it names such a file.
  let words: [(text: String, isFile: Bool)]
  /// What a reader types.
  let shown: String

  /// Reads a line without `misfit` at its beginning.
  init(_ line: String) {
    var words: [(String, Bool)] = []
    var word = ""
    var isFile = false
    var isQuoted = false
    var hasWord = false
    func finish() {
      if hasWord { words.append((word, isFile)) }
      (word, isFile, hasWord) = ("", false, false)
    }
    for character in line {
      switch character {
      case "\"":
        isQuoted.toggle()
        hasWord = true
      case " " where !isQuoted: finish()
      case "@" where !hasWord:
        isFile = true
        hasWord = true
      default:
        word.append(character)
        hasWord = true
      }
    }
    finish()
    self.words = words.map { (text: $0.0, isFile: $0.1) }
    shown = Self.broken("misfit " + line.filter { $0 != "@" })
  }

  /// The argument of a flag, as given.
  func value(of flag: String) -> (text: String, isFile: Bool)? {
    guard let index = words.firstIndex(where: { $0.text == flag }), index + 1 < words.count else {
      return nil
    }
    return words[index + 1]
  }

  private static let lineWidth = 96

  /// Broken before flags where a line grows long, as shells continue it.
  private static func broken(_ line: String) -> String {
    guard line.count > lineWidth else { return line }
    var lines: [String] = []
    var current = ""
    for part in line.split(separator: " -").enumerated().map({ $0 == 0 ? "\($1)" : "-\($1)" }) {
      if !current.isEmpty, current.count + 1 + part.count > lineWidth {
        lines.append(current)
        current = "  " + part
      } else {
        current += (current.isEmpty ? "" : " ") + part
      }
    }
    return (lines + [current]).joined(separator: " \\\n")
  }
}
