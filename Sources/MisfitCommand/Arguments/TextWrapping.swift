/// Text set in lines of a width.
enum TextWrapping {
  /// The column at which the second column of ``columns(_:width:)`` begins at most.
  private static let widestTerm = 28

  /// `text` in lines of at most `width` characters; a longer word has a line of its own.
  static func wrap(_ text: String, width: Int, indent: Int = 0) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [margin + line]
  }

  /// What stands between empty lines.
  static func paragraphs(_ text: String) -> [String] {
    var paragraphs = [""]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { paragraphs.append("") } else { paragraphs[paragraphs.count - 1] += line + "\n" }
    }
    return paragraphs.filter { !$0.isEmpty }
  }

  /// Terms and what they mean, in two columns; a term too wide for the first has a line of its own.
  static func columns(_ rows: [(term: String, text: String)], width: Int) -> [String] {
    let termWidth = min(widestTerm, rows.map { $0.term.count + 2 }.max() ?? 0)
    var lines: [String] = []
    for row in rows {
      var text = wrap(row.text, width: width, indent: termWidth + 2)
      let term = "  " + row.term
      if term.count <= termWidth, !text.isEmpty {
        let padding = String(repeating: " ", count: termWidth + 2 - term.count)
        text[0] = term + padding + text[0].dropFirst(termWidth + 2)
      } else {
        lines.append(term)
      }
      lines += text
    }
    return lines
  }
}
