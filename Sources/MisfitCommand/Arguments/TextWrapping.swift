/// Text set in lines of a width.
enum TextWrapping {
  /// What a first column of `terms` needs, up to a third of `width`; wider terms have lines of their own.
  static func termWidth(_ terms: [String], width: Int) -> Int {
    let widest = min(28, width * 7 / 20)
    return terms.map { $0.count + 2 }.filter { $0 <= widest }.max() ?? widest
  }

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
  static func columns(_ rows: [(term: String, text: String)], width: Int, termWidth: Int) -> [String] {
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
