import MisfitCore

/// The way that the cells of a column are read as dates.
struct DateFinding: Sendable {
  var order = DateOrder.monthFirst
  var notation: DateNotation?
  var profile: DateProfile
  /// The number of cells that are dates.
  var readCount: Int
  /// Whether another order of day and month would read the dates as well.
  var isGuess = false
  /// The column whose dates determine the order of these, if they do not do so themselves.
  var guide: String?
  var reason: MessageText

  /// Returns another possible meaning of the dates; nil if there is none.
  func remark(columnName: String) -> MessageText? {
    if let guide {
      return
        "can be read in several orders, and is read \(order.firstText), as the dates of \"\(guide)\" must be"
    }
    if isGuess {
      let (is_, other) = order == .dayFirst ? ("day", "mdy") : ("month", "dmy")
      return
        "can be read day first or month first, and is read \(is_) first (\(.dateOrder, other) for the other)"
    }
    return notation.map { "is read as \($0.text) (\(.columnKind, "\(columnName)=numeric") for numbers)" }
  }
}

extension ColumnDecision {
  /// Returns the way that the cells are read as dates; nil if they are not dates.
  func findDates() -> DateFinding? {
    let isWanted = options.kinds[name] == .datetime
    guard isText, isWanted || options.kinds[name] == nil else { return nil }
    if profile.numberCount * 2 > profile.presentCount { return datesOfNumbers(isWanted: isWanted) }
    let (order, dates) = orderedDates
    guard dates.count > 0, isWanted || dates.count * 10 >= profile.presentCount * 9 else {
      return datesOfAnotherOrder(than: order, dates)
    }
    // A column of dates does not contain times without a date.
    guard CalendarDate.isTimeOfDay(dates.least) == CalendarDate.isTimeOfDay(dates.largest) else { return nil }
    let others = [profile.dayFirst, profile.monthFirst].filter { $0.count == dates.count }
    let isOpen = others.count == 2 && others[0].mean != others[1].mean
    let text = dates.count == profile.presentCount ? "every value is a date" : "nearly every value is a date"
    let guide = isOpen && options.dateOrder == nil ? tableOrder.map(\.column) : nil
    let isOrdered = isOpen || profile.dayFirst.count != profile.monthFirst.count || order == .yearFirst
    return DateFinding(
      order: order, profile: dates, readCount: dates.count, isGuess: isOpen && options.dateOrder == nil,
      guide: guide,
      reason: MessageText(
        CalendarDate.isTimeOfDay(dates.least)
          ? text.replacing("date", with: "time")
          : isOrdered ? "\(text), \(order.text)\(isOpen ? " (the reverse is possible)" : "")" : text))
  }

  /// Dates that the order chosen by the user cannot read: the column is still one of dates, so that they are
  /// reported as errors with their positions.
  private func datesOfAnotherOrder(than order: DateOrder, _ dates: DateProfile) -> DateFinding? {
    let other = profile.dayFirst.count > profile.monthFirst.count ? profile.dayFirst : profile.monthFirst
    guard options.dateOrder != nil, profile.orderedDateCount > 0, other.count * 10 >= profile.presentCount * 9
    else { return nil }
    return DateFinding(
      order: order, profile: dates.count > 0 ? dates : other, readCount: dates.count,
      reason: "\(.dateOrder) is \(order.text), but some dates cannot be read in it")
  }

  /// The order chosen by the user, or the one that reads most dates; among several, the order of the table's
  /// other dates, or the month first, as most programs write it.
  private var orderedDates: (DateOrder, DateProfile) {
    let all = [
      (DateOrder.monthFirst, profile.monthFirst), (.dayFirst, profile.dayFirst),
      (.yearFirst, profile.yearFirst),
    ]
    var wanted = options.dateOrder
    if wanted == nil, let order = tableOrder?.order, profile.mayFollow(order) { wanted = order }
    if let order = wanted {
      // Dates that need no order are in all profiles but the last.
      return all.first { $0.0 == order && ($0.0 != .yearFirst || $0.1.count > 0) } ?? (
        order, profile.dayFirst
      )
    }
    return all.dropFirst().reduce(all[0]) { $1.1.count > $0.1.count ? $1 : $0 }
  }

  private func datesOfNumbers(isWanted: Bool) -> DateFinding? {
    guard let notation = isWanted ? DateNotation.likeliest(of: sorted) : numericNotation else { return nil }
    var dates = DateProfile()
    for (index, number) in sorted.enumerated() {
      guard let (seconds, hasTime) = notation.read(number) else { continue }
      dates.add(seconds, hasTime: hasTime, record: index)
    }
    guard dates.count > 0 else { return nil }
    let reason: MessageText = isWanted ? "set by \(.columnKind)" : "the numbers are \(notation.text)"
    // Beyond the sample, all numbers are assumed to be dates until they are read.
    let readCount = dates.count == sorted.count ? profile.numberCount : dates.count
    return DateFinding(notation: notation, profile: dates, readCount: readCount, reason: reason)
  }

  /// The notation of numbers that are certainly dates, by their digits, or by their range and the column's
  /// name; nil for other numbers.
  private var numericNotation: DateNotation? {
    let digits = profile.digits
    guard profile.textCount == 0, sorted.count >= 3, profile.distinctCount > 1 else { return nil }
    let isNamed = Self.namesDates(name)
    if digits.count == profile.numberCount, digits.shortest == digits.longest,
      [8, 12, 14].contains(digits.longest)
        || (digits.longest == 6 && (isNamed || profile.distinctCount >= 12)),
      areDates(isNamed ? 1800...2200 : 1900...2100)
    {
      return .digits
    }
    if isNamed {
      // 0 often means "no date"; the unit is that of the other numbers.
      let positive = sorted.drop { $0 <= 0 }
      guard let first = positive.first, let last = positive.last, sorted[0] >= -1,
        positive.count * 2 > sorted.count
      else { return nil }
      return DateNotation.unit(least: first, largest: last, years: 1980...2100)
    }
    guard digits.count == profile.numberCount, digits.isAscending, sorted.count >= 20 else { return nil }
    return DateNotation.unit(least: profile.least, largest: profile.largest, years: 2005...2035)
  }

  /// Returns whether all numbers are dates by their digits, nearly all of them in a range of years.
  private func areDates(_ years: ClosedRange<Int>) -> Bool {
    guard let first = CalendarDate.day(year: years.lowerBound, month: 1, day: 1),
      let last = CalendarDate.day(year: years.upperBound, month: 12, day: 31)
    else { return false }
    let range = Double(first) * CalendarDate.secondsPerDay...Double(last) * CalendarDate.secondsPerDay
    var usual = 0
    for number in sorted {
      guard let (seconds, _) = DateNotation.digits.read(number) else { return false }
      if range.contains(seconds) { usual += 1 }
    }
    return usual * 2 > sorted.count
  }

  /// Returns whether a name contains a word for dates: `created_at`, `eventTime`, `DATE`, `ts`.
  static func namesDates(_ name: String) -> Bool {
    var words: [String] = [""]
    var wasLower = false
    for character in name {
      if !character.isLetter {
        words.append("")
      } else {
        if character.isUppercase, wasLower { words.append("") }
        words[words.count - 1] += character.lowercased()
      }
      wasLower = character.isLowercase
    }
    return words.contains { dateWords.contains($0) }
  }

  private static let dateWords: Set<String> = [
    "date", "dates", "datum", "time", "timestamp", "timestamps", "datetime", "ts", "epoch", "unix",
    "unixtime",
    "created", "updated", "modified", "when", "day", "month", "yearmonth", "yyyymm", "yyyymmdd", "ymd",
    "fecha",
    "zeit", "zeitstempel", "tag", "monat", "period",
  ]

  // MARK: The decision

  func decideDates() -> (ColumnKind, MessageText)? { dates.map { (.datetime, $0.reason) } }

  /// Returns the statistics and the encoding of dates; `spread` is nil if no cell is a date.
  func dateCells(_ spread: DateSpread?) -> DateCells {
    guard let found = dates, let spread else {
      return DateCells(
        encoding: DateEncoding(
          order: options.dateOrder ?? .monthFirst, offset: 0, scale: 1, cycles: [], far: TableEncoder.surprise
        ))
    }
    let dates = found.profile
    let days = (spread.coreLargest - spread.coreLeast) / CalendarDate.secondsPerDay
    let isTime = CalendarDate.isTimeOfDay(dates.least)
    let cycles = DateCycle.allCases.filter { cycle in
      switch cycle {
      case .day: dates.hasTime && (isTime ? days > 0.25 && days <= 1 : days >= 2)
      case .week: !isTime && dates.weekdays.nonzeroBitCount > 1 && days >= 14
      case .year: !isTime && dates.months.nonzeroBitCount > 1 && days >= 730
      }
    }
    var encoding = DateEncoding(
      order: found.order, offset: spread.center, scale: spread.scale, cycles: cycles, far: 0)
    encoding.notation = found.notation
    encoding.isOrdered = profile.orderedDateCount > 0
    if dates.isSequence, !isTime {
      encoding.sequence = DateSequence(earliest: spread.coreLeast, latest: spread.coreLargest)
    }
    encoding.knee = spread.hasFarDates ? NumberEncoding.usualKnee : nil
    encoding.sentinels = spread.sentinels.isEmpty ? nil : spread.sentinels
    encoding.far = max(encoding.trend(spread.largest) + 1, TableEncoder.surprise)
    var figures = DateFigures(earliest: spread.least, latest: spread.largest, hasTime: dates.hasTime)
    figures.period = dates.periods.count == 1 ? dates.periods.first ?? nil : nil
    if found.notation == .digits, profile.largest < 1_000_000 { figures.period = .month }
    return DateCells(encoding: encoding, figures: figures)
  }

  /// Returns a remark on the dates that are read as "no date".
  func sentinelRemark(_ column: TableColumn) -> String? {
    guard let dates = column.dates, let sentinels = dates.encoding.sentinels else { return nil }
    let texts = sentinels.map { CalendarDate.text(seconds: $0, withTime: dates.hasTime) }
    let list = texts.joined(separator: ", ")
    return "has dates far from all others in many cells, which are read as missing: \(list)"
  }
}

/// The only possible order of day, month and year in the dates of a column, which other columns of the table
/// follow.
struct TableDateOrder: Sendable, Equatable {
  var order: DateOrder
  var column: String

  /// Returns the order; nil if no column determines it, or columns differ.
  static func of(_ profiles: ColumnProfiles, named name: (Int) -> String) -> TableDateOrder? {
    var found: TableDateOrder?
    for index in profiles.indices {
      guard let order = profiles[index].plainDateOrder else { continue }
      if let found, found.order != order { return nil }
      found = found ?? TableDateOrder(order: order, column: name(index))
    }
    return found
  }
}

extension ColumnProfile {
  /// The only order that reads most of the column's dates; nil for a column of anything else.
  fileprivate var plainDateOrder: DateOrder? {
    let (day, month, year) = (dayFirst.count, monthFirst.count, yearFirst.count)
    guard orderedDateCount > 0, max(day, month, year) * 10 >= presentCount * 9 else { return nil }
    // Dates with the year at the end are read day first if the year would come first.
    if year > max(day, month) { return .yearFirst }
    return day == month ? nil : day > month ? .dayFirst : .monthFirst
  }

  /// Returns whether an order reads as many dates as any other.
  fileprivate func mayFollow(_ order: DateOrder) -> Bool {
    let counts: [DateOrder: Int] = [
      .dayFirst: dayFirst.count, .monthFirst: monthFirst.count, .yearFirst: yearFirst.count,
    ]
    return orderedDateCount > 0 && counts[order] == counts.values.max()
  }
}

extension DateOrder {
  /// The name in a sentence: `day first`.
  var firstText: String {
    switch self {
    case .dayFirst: "day first"
    case .monthFirst: "month first"
    case .yearFirst: "year first"
    }
  }

  /// The value of `--date-order`.
  var flagText: String {
    switch self {
    case .dayFirst: "dmy"
    case .monthFirst: "mdy"
    case .yearFirst: "ymd"
    }
  }

  /// The description for users.
  var text: String {
    switch self {
    case .dayFirst: "the day before the month"
    case .monthFirst: "the month before the day"
    case .yearFirst: "the year first"
    }
  }
}
