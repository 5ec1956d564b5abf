extension DateText {
  /// Returns the first day of a month, a quarter or an ISO week; nil for anything else.
  static func period(_ start: DateCursor) -> Int? {
    var cursor = start
    if let month = cursor.word(among: months) { return monthByName(month, &cursor) }
    if cursor.takeLetter(UInt8(ascii: "q")) {
      guard let quarter = cursor.number(digits: 1...1)?.value, cursor.separator() != nil,
        let year = cursor.number(digits: 4...4)?.value, cursor.isAtEnd
      else { return nil }
      return first(ofMonth: quarter * 3 - 2, year)
    }
    guard let leading = cursor.number(digits: 1...4) else { return nil }
    if leading.digits == 4 { return afterYear(leading.value, &cursor) }
    if leading.digits == 1, cursor.takeLetter(UInt8(ascii: "q")) {
      guard let year = cursor.number(digits: 4...4)?.value, cursor.isAtEnd else { return nil }
      return first(ofMonth: leading.value * 3 - 2, year)
    }
    // `03/2024`; with a point it is a number.
    guard leading.digits <= 2, cursor.take(UInt8(ascii: "/")) || cursor.take(UInt8(ascii: "-")),
      let year = cursor.number(digits: 4...4)?.value, cursor.isAtEnd
    else { return nil }
    return first(ofMonth: leading.value, year)
  }

  /// `Mar 2024`, `Mar-24`.
  private static func monthByName(_ month: Int, _ cursor: inout DateCursor) -> Int? {
    let isShort = !cursor.take(UInt8(ascii: "."))
    guard let separator = cursor.separator() else { return nil }
    if let year = cursor.number(digits: 4...4)?.value {
      return cursor.isAtEnd ? first(ofMonth: month, year) : nil
    }
    guard isShort, separator == UInt8(ascii: "-"), let year = cursor.year(), cursor.isAtEnd else {
      return nil
    }
    return first(ofMonth: month, year)
  }

  /// Reads what follows a year: `-03`, `/3`, `M03`, `Q1`, `-Q1`, ` Q1`, `-W05`, `W05-3`, ` Mar`.
  private static func afterYear(_ year: Int, _ cursor: inout DateCursor) -> Int? {
    let separator = cursor.separator()
    if cursor.takeLetter(UInt8(ascii: "q")) {
      guard let quarter = cursor.number(digits: 1...1)?.value, cursor.isAtEnd else { return nil }
      return first(ofMonth: quarter * 3 - 2, year)
    }
    if cursor.takeLetter(UInt8(ascii: "w")) { return week(of: year, &cursor) }
    if separator != nil, let month = cursor.word(among: months) {
      return cursor.isAtEnd ? first(ofMonth: month, year) : nil
    }
    let isDashed = separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/")
    guard separator == nil ? cursor.takeLetter(UInt8(ascii: "m")) : isDashed,
      let month = cursor.number(digits: 1...2)?.value, cursor.isAtEnd
    else { return nil }
    return first(ofMonth: month, year)
  }

  private static func week(of year: Int, _ cursor: inout DateCursor) -> Int? {
    guard let week = cursor.number(digits: 2...2)?.value, (1...53).contains(week),
      let fourth = CalendarDate.day(year: year, month: 1, day: 4)
    else { return nil }
    var day = 1
    if cursor.take(UInt8(ascii: "-")) {
      guard let given = cursor.number(digits: 1...1)?.value, (1...7).contains(given) else { return nil }
      day = given
    }
    guard cursor.isAtEnd, isPlausible(year) else { return nil }
    // The fourth of January is in the first week; 1 January 1970 was a Thursday.
    let monday = fourth - (((fourth + 3) % 7) + 7) % 7
    return monday + 7 * (week - 1) + day - 1
  }

  private static func first(ofMonth month: Int, _ year: Int) -> Int? {
    isPlausible(year) ? CalendarDate.day(year: year, month: month, day: 1) : nil
  }

  /// Codes such as `5021-12` look like months, too.
  private static func isPlausible(_ year: Int) -> Bool { (1500...2500).contains(year) || year == 9999 }

  /// Returns seconds from midnight of a time without a date, or of a duration: `14:30`, `2:08:00.5`, `9:15
  /// pm`, `130:00:00`.
  static func clock(_ start: DateCursor) -> Double? {
    var cursor = start
    guard var hour = cursor.number(digits: 1...3)?.value, cursor.take(UInt8(ascii: ":")),
      let minute = cursor.number(digits: 2...2)?.value, minute < 60
    else { return nil }
    var second = 0.0
    if cursor.take(UInt8(ascii: ":")) {
      guard let value = cursor.seconds() else { return nil }
      second = value
    }
    cursor.skipBlanks()
    if let half = cursor.word(among: halves) {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (half == 2 ? 12 : 0)
    }
    return cursor.isAtEnd ? Double(hour * 3600 + minute * 60) + second : nil
  }
}
