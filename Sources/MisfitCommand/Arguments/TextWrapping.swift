/// Wraps text to lines of a given width.
enum TextWrapping {
  /// Returns the width of a first column of `terms`, up to a third of `width`; wider terms are on lines of
  /// their own.
  static func termWidth(_ terms: [String], width: Int) -> Int {
    let widest = min(28, width * 7 / 20)
    return terms.map { $0.count + 2 }.filter { $0 <= widest }.max() ?? widest
  }

  /// Returns `text` in lines of at most `width` characters; a longer word is on a line of its own.
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

  /// Returns the paragraphs of a text, which are separated by empty lines.
  static func paragraphs(_ text: String) -> [String] {
    var paragraphs = [""]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { paragraphs.append("") } else { paragraphs[paragraphs.count - 1] += line + "\n" }
    }
    return paragraphs.filter { !$0.isEmpty }
  }

  /// Returns terms and their descriptions in two columns; a term wider than the first column is on a line of
  /// its own.
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
