import Misfit
import MisfitReporting
import MisfitStreams

extension WatchSession {
  /// Throws if the first rows do not have a column that an option names, or no time that one needs; objects
  /// may gain columns later.
  ///
  /// - Throws: ``StreamError``, ``ArgumentError``.
  func checkRules() throws {
    guard let format = parser.format, format.notation == .csv else { return }
    if needsTime, format.timeIndex == nil {
      throw ArgumentError(
        .conflict(
          "--maintenance and times of other options need a column of time, and the data has none",
          remedy: "name it with --time, or give numbers of rows"))
    }
    for condition in settings.options.exceptions {
      try check(condition.column, in: format.names)
    }
    guard !settings.usesOnlyModel else { return }
    for name in settings.options.rules.keys.sorted() { try check(name, in: parser.columns) }
  }

  private func check(_ name: String, in names: [String]) throws(StreamError) {
    guard !names.contains(name) else { return }
    let nearest = NearestSpelling.of(name, among: names)
    throw StreamError(.missingColumn(name, nearest: nearest), path: settings.input)
  }

  /// Returns the error of an input in another format.
  func error(_ format: StreamFormat) -> StreamError {
    let isStandardInput = settings.input == "-"
    var remedy = format.command
    if let command = format.command, format.isFilter {
      remedy = "try: " + (isStandardInput ? "… | \(command)" : "\(command) \(settings.input)")
      remedy? += " | misfit watch -"
    }
    return StreamError(
      .malformed("it is \(format.name), not rows of CSV or JSON lines", remedy: remedy),
      path: isStandardInput ? "standard input" : settings.input)
  }

  /// Whether an option depends on the times of rows.
  private var needsTime: Bool {
    let options = settings.options
    if case .seconds = options.quietTime { return true }
    if case .seconds = options.refreshInterval { return true }
    return !options.maintenance.isEmpty || !options.dailyMaintenance.isEmpty
  }

  /// Prints at once what concerns all rows: columns that objects do not have, and the order of dates.
  func reportOnRows() {
    if !hasReportedNames, rowCount >= 1000 {
      hasReportedNames = true
      warnOfMissingNames()
    }
    if !hasReportedCounters, !parser.counterNames.isEmpty {
      hasReportedCounters = true
      let names = parser.counterNames.map { "\"\(VisibleText.lines($0))\"" }.joined(separator: ", ")
      terminal.messages.note(
        "not watched: \(names), which rises steadily like a counter or a clock (to watch it, use --columns)"
      )
    }
    reportOnNotation()
    if !hasCorrectedDates, let date = parser.correctingDate {
      hasCorrectedDates = true
      terminal.messages.warning(
        "dates are not day first, as \(VisibleText.lines(date)) shows; earlier ones were read so "
          + "(--date-order reads all alike)")
    }
    guard !hasReportedDates, let date = parser.ambiguousDate else { return }
    hasReportedDates = true
    terminal.messages.warning(
      "\(VisibleText.lines(date)) can be day first or month first, and is read day first "
        + "(--date-order mdy for the other)")
  }

  /// Prints how numbers are read, which columns are unclear, and which have many cells that are no numbers.
  private func reportOnNotation() {
    let messages = terminal.messages
    for note in parser.notes where reportedNotes.insert(note).inserted {
      messages.note("\(settings.input): \(VisibleText.lines(note.text(naming: OptionFlags.text)))")
    }
    for (name, problem) in parser.unclearColumns.sorted(by: { $0.key < $1.key })
    where reportedNotes.insert(problem).inserted {
      let text = problem.text(naming: OptionFlags.text)
      messages.warning("column \"\(VisibleText.lines(name))\" is not read: \(VisibleText.lines(text))")
    }
    for (index, name) in parser.columns.enumerated() where parser.unreadCounts[index] >= Self.unreadLimit {
      let count = parser.unreadCounts[index]
      guard parser.numberCounts[index] > 0, parser.numberCounts[index] < 10 * count,
        let example = parser.unreadExamples[index], reportedNotes.insert(MessageText(name)).inserted
      else { continue }
      messages.warning(
        "column \"\(VisibleText.lines(name))\": \(NumberText.grouped(count)) cells are not numbers, such as "
          + "\"\(VisibleText.lines(example))\"; they count as missing")
    }
  }

  /// The number of cells that are not numbers from which a column is reported at once.
  private static let unreadLimit = 100

  /// Warns of columns that options name and that no object had.
  func warnOfMissingNames() {
    guard let format = parser.format, format.notation == .jsonLines, rowCount > 0 else { return }
    let (options, rows) = (settings.options, settings.rows)
    var names = options.exceptions.map(\.column) + options.rules.keys.sorted()
    names += rows.watched + rows.series
    if let time = rows.time { names.append(time) }
    let count = NumberText.grouped(rowCount)
    for name in names where !format.names.contains(name) {
      terminal.messages.warning("no object of \(count) had a member \"\(VisibleText.lines(name))\"")
    }
    if needsTime, format.timeIndex == nil {
      terminal.messages.warning(
        "no object of \(count) had a time: --maintenance and times of other options have no effect")
    }
  }

  /// Warns of a model with too few calibration rows for an alarm.
  func warnOfCalibration() {
    guard let scores = model?.scorer.detector.calibration.scores else { return }
    let alpha = settings.options.alpha
    guard let least = scores.leastTailProbability, least > alpha else { return }
    let text = NumberText.significant(least, digits: 2)
    terminal.messages.warning(
      "the model cannot alarm: with \(NumberText.grouped(scores.count)) calibration rows its p-values are "
        + "at least \(text), above --alpha; calibrate it on more normal rows (misfit calibrate), "
        + "or raise --alpha")
  }

  /// Prints notes on the rows as a whole.
  func report() {
    let messages = terminal.messages
    let count = NumberText.grouped(watcher.rowCount)
    let series = watcher.seriesCount > 1 ? " of \(NumberText.grouped(watcher.seriesCount)) series" : ""
    messages.note(
      "\(count) \(CountText.plural("row", watcher.rowCount))\(series), \(alarmCount) alarms in this run")
    if judgedCount == 0, watcher.rowCount > 0, !settings.usesOnlyModel {
      let count = NumberText.grouped(settings.options.recipe.warmUpCount)
      messages.note("no row was scored for alarms yet: the first \(count) rows of a series cannot alarm")
    }
    warnOfMissingNames()
    if parser.unreadTimeCount > 0 {
      messages.warning("\(NumberText.grouped(parser.unreadTimeCount)) times cannot be read as dates")
    }
    if watcher.lateRowCount > 0 {
      messages.note(
        "\(NumberText.grouped(watcher.lateRowCount)) rows were late: scored in the order of arrival")
    }
    if parser.malformedCount > 0 {
      messages.warning(
        "\(NumberText.grouped(parser.malformedCount)) lines do not have the columns of the first")
    }
    for (index, name) in parser.columns.enumerated() where parser.unreadCounts[index] > 0 {
      if parser.numberCounts[index] == 0 {
        messages.note("column \"\(name)\" has no numbers and is not watched")
      } else {
        let unread = NumberText.grouped(parser.unreadCounts[index])
        messages.warning("column \"\(name)\": \(unread) cells are not numbers; they count as missing")
      }
    }
  }
}
