import MisfitCore

extension TableColumn {
  /// Returns the content in a few words: the range and the median, or the most frequent levels.
  package func contentText(levelsAtMost count: Int = 3) -> String {
    switch encoding {
    case .boolean(let cells): return levelText(cells.counts, atMost: count)
    case .categorical(let cells): return levelText(cells.counts, atMost: count)
    case .omitted(_, let counts):
      return counts.levels.isEmpty ? numbers.map(\.rangeText) ?? "" : levelText(counts, atMost: count)
    case .number: return numbers.map { "\($0.rangeText), median \(NumberText.significant($0.median))" } ?? ""
    case .date(let cells):
      guard let figures = cells.figures else { return "" }
      return [figures.earliest, figures.latest].map {
        CalendarDate.text(seconds: $0, withTime: figures.hasTime)
      }.joined(separator: " to ")
    }
  }

  private func levelText(_ counts: LevelCounts, atMost count: Int) -> String {
    let shown = counts.levels.sorted { $0.count > $1.count }.prefix(count).map { level in
      let text = level.text.count > 24 ? level.text.prefix(23) + "…" : level.text[...]
      return "\(text) (\(NumberText.grouped(level.count)))"
    }
    let more = distinctCount - shown.count
    return shown.joined(separator: ", ") + (more > 0 ? " and \(NumberText.grouped(more)) more" : "")
  }

  /// The encoding in a few words.
  package var encodingText: String {
    guard let cells = encoding.cells else {
      return kind == .text ? "left out: sentences are not understood" : "left out"
    }
    return cells.encodingText(of: self) + (hasIndicator ? ", one for missing" : "")
  }
}

extension NumberFigures {
  fileprivate var rangeText: String {
    "\(NumberText.significant(least)) to \(NumberText.significant(largest))"
  }
}
