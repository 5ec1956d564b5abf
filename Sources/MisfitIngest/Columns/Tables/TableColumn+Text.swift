import MisfitCore

extension TableColumn {
  /// Returns the content in a few words: the range and the median, or the most frequent levels.
  package func contentText(levelsAtMost count: Int = 3) -> String {
    if !isUsed || kind == .categorical || kind == .boolean { return levelText(atMost: count) }
    if let dates {
      let range = [dates.earliest, dates.latest].map {
        CalendarDate.text(seconds: $0, withTime: dates.hasTime)
      }
      return range.joined(separator: " to ")
    }
    guard let numbers else { return "" }
    return
      "\(NumberText.significant(numbers.least)) to \(NumberText.significant(numbers.largest)), median "
      + "\(NumberText.significant(numbers.median))"
  }

  private func levelText(atMost count: Int) -> String {
    if levels.isEmpty, let numbers {
      return "\(NumberText.significant(numbers.least)) to \(NumberText.significant(numbers.largest))"
    }
    let shown = levels.sorted { $0.count > $1.count }.prefix(count).map { level in
      let text = level.text.count > 24 ? level.text.prefix(23) + "…" : level.text[...]
      return "\(text) (\(NumberText.grouped(level.count)))"
    }
    let more = distinctCount - shown.count
    return shown.joined(separator: ", ") + (more > 0 ? " and \(NumberText.grouped(more)) more" : "")
  }

  /// The encoding in a few words.
  package var encodingText: String {
    var text: String
    switch kind {
    case .identifier, .constant: return "left out"
    case .text: return "left out: sentences are not understood"
    case .numeric, .count: text = number?.text ?? ""
    case .boolean: text = "\(levels[0].text) and \(levels[1].text), one input"
    case .categorical:
      let rest =
        otherCount > 0
        ? ", one for the \(NumberText.grouped(max(0, distinctCount - levels.count))) rarer ones" : ""
      let count = CountText.of(levels.count, "level")
      text = "\(count)\(rest), \(valueWidth) inputs"
    case .datetime:
      let cycles = (date?.cycles ?? []).map(\.rawValue)
      let trend = date?.sequence != nil ? "order of the rows" : "trend"
      text = cycles.isEmpty ? trend : "\(trend) and cycles of the \(cycles.joined(separator: ", "))"
      text += valueWidth == 1 ? ", one input" : ", \(valueWidth) inputs"
    }
    return hasIndicator ? text + ", one for missing" : text
  }
}

extension NumberEncoding {
  /// The scaling in a few words.
  var text: String {
    if knots != nil { return "quantiles of a normal distribution" }
    if isLogarithmic { return "logarithm, standardized" }
    if knee != nil { return "median and quartiles, extreme values log-compressed" }
    return offset == 0 && scale == 1 ? "as it is" : center == 0 ? "standardized" : "to [0, 1]"
  }
}
