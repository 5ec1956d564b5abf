/// Text shortened or broken to fit a width.
enum TextFitting {
  /// Returns the text, or its beginning and end around an ellipsis, because the end of a column's name often
  /// distinguishes it.
  static func middleTruncated(
    _ text: String, to width: Double, _ style: TextStyle, on canvas: Canvas
  ) -> String {
    truncated(text, to: width, style, on: canvas) { characters, kept in
      let head = (kept + 1) / 2
      return String(characters.prefix(head)) + "…" + String(characters.suffix(kept - head))
    }
  }

  /// Returns the text, or its beginning and an ellipsis.
  static func endTruncated(
    _ text: String, to width: Double, _ style: TextStyle, on canvas: Canvas
  ) -> String {
    truncated(text, to: width, style, on: canvas) { characters, kept in
      String(characters.prefix(kept)) + "…"
    }
  }

  /// Returns an axis label with the power of ten that its numbers omit, which stays if the name is shortened.
  static func name(
    _ name: String?, multiplier: String?, to width: Double, on canvas: Canvas
  ) -> String? {
    let suffix = multiplier.map { name == nil ? $0 : " (\($0))" } ?? ""
    guard let name else { return suffix.isEmpty ? nil : suffix }
    let room = width - canvas.width(of: suffix, .label)
    return endTruncated(name, to: room, .label, on: canvas) + suffix
  }

  /// Returns the text in lines broken at spaces; the last one is shortened if there are too many.
  static func lines(
    _ text: String, width: Double, _ style: TextStyle, maximumCount: Int, on canvas: Canvas
  ) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      let extended = current.isEmpty ? String(word) : current + " " + word
      if current.isEmpty || canvas.width(of: extended, style) <= width {
        current = extended
      } else {
        lines.append(current)
        current = String(word)
      }
    }
    if !current.isEmpty { lines.append(current) }
    if lines.count > maximumCount {
      let rest = lines[(maximumCount - 1)...].joined(separator: " ")
      lines = Array(lines[..<(maximumCount - 1)]) + [rest]
    }
    return lines.map { endTruncated($0, to: width, style, on: canvas) }
  }

  /// Returns the text in lines broken wherever the width ends, as paths need it; the last one is shortened in
  /// the middle if there are too many.
  static func brokenLines(
    _ text: String, width: Double, _ style: TextStyle, maximumCount: Int, on canvas: Canvas
  ) -> [String] {
    var lines: [String] = []
    var rest = Array(text.prefix(2000))
    while lines.count < maximumCount - 1, canvas.width(of: String(rest), style) > width {
      var count = 1
      while count < rest.count, canvas.width(of: String(rest[...count]), style) <= width { count += 1 }
      // After a separator, unless that leaves the line nearly empty.
      let separator = rest[..<count].lastIndex { "/_- ".contains($0) } ?? 0
      if separator * 4 >= count { count = separator + 1 }
      lines.append(String(rest[..<count]))
      rest.removeFirst(count)
    }
    return lines + [middleTruncated(String(rest), to: width, style, on: canvas)]
  }

  /// Finds the largest number of characters whose text fits.
  private static func truncated(
    _ text: String, to width: Double, _ style: TextStyle, on canvas: Canvas,
    keeping: ([Character], Int) -> String
  ) -> String {
    // More characters than this never fit, and measuring them all would be slow.
    let characters = Array(text.count > 2000 ? String(text.prefix(1000) + text.suffix(1000)) : text)
    guard text.count > 2000 || canvas.width(of: text, style) > width else { return text }
    var (fitting, tooMany) = (0, characters.count)
    while tooMany - fitting > 1 {
      let middle = (fitting + tooMany) / 2
      if canvas.width(of: keeping(characters, middle), style) <= width {
        fitting = middle
      } else {
        tooMany = middle
      }
    }
    return keeping(characters, fitting)
  }
}
