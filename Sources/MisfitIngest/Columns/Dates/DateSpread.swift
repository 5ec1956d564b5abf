import MisfitCore

/// The range of most dates of a column, unaffected by a few others.
///
/// A date that many records share far from all others, such as 9999-12-31 for "until further notice", means
/// "no date". A few far dates are left out of the mean and the deviation.
struct DateSpread {
  /// The dates that mean "no date".
  private(set) var sentinels: [Double] = []
  /// The share of the dates that are sentinels.
  private var sentinelShare = 0.0
  /// Whether there are dates far from most, apart from sentinels.
  private(set) var hasFarDates = false
  /// The mean of the dates that are not far, and their deviation, which is above 0.
  private(set) var center: Double
  private(set) var scale: Double
  /// The range of all dates but the sentinels.
  private(set) var least: Double
  private(set) var largest: Double
  /// The range of the dates that are not far.
  private(set) var coreLeast: Double
  private(set) var coreLargest: Double

  /// Days that programs write for "no date" or "for ever".
  private static let usual: Set<Double> = Set(
    [
      (1, 1, 1), (1600, 1, 1), (1601, 1, 1), (1753, 1, 1), (1800, 1, 1), (1899, 12, 30), (1899, 12, 31),
      (1900, 1, 1),
      (1900, 1, 2), (1901, 1, 1), (1904, 1, 1), (1970, 1, 1), (1980, 1, 1), (2038, 1, 19), (2099, 12, 31),
      (2100, 1, 1), (2199, 12, 31), (2222, 2, 22), (2262, 4, 11), (2999, 12, 31), (3000, 1, 1), (9999, 1, 1),
      (9999, 9, 9), (9999, 12, 30), (9999, 12, 31),
    ].compactMap { CalendarDate.day(year: $0.0, month: $0.1, day: $0.2).map(Double.init) })

  init(_ dates: DateProfile) {
    let all = dates.sample.sorted
    var rest = all[...]
    var sentinels: [Double] = []
    while let (date, left) = Self.removingSentinel(from: rest, of: all.count), sentinels.count < 8 {
      sentinels.append(date)
      rest = left
    }
    (self.sentinels, sentinelShare) = (sentinels, Double(all.count - rest.count) / Double(max(1, all.count)))
    let (core, range) = Self.core(of: rest, reach: 5)
    // A sample of many dates may miss the far ones.
    let isBeyond = sentinels.isEmpty && (dates.least < range.lowerBound || dates.largest > range.upperBound)
    hasFarDates = core.count < rest.count || isBeyond
    (least, largest) = sentinels.isEmpty ? (dates.least, dates.largest) : (rest.first ?? 0, rest.last ?? 0)
    (coreLeast, coreLargest) = (core.first ?? least, core.last ?? largest)
    var deviation = (dates.squares / Double(max(1, dates.count))).squareRoot()
    center = dates.mean
    if core.count < all.count || isBeyond {
      center = core.reduce(0, +) / Double(core.count)
      let squares = core.reduce(0) { [center] in $0 + ($1 - center) * ($1 - center) }
      deviation = (squares / Double(core.count)).squareRoot()
    } else {
      (coreLeast, coreLargest) = (dates.least, dates.largest)
    }
    scale = deviation.isNormal ? deviation : CalendarDate.secondsPerDay
  }

  /// Returns the number of sentinels among `count` dates; exact if all dates are in the sample.
  func sentinelCount(of count: Int) -> Int { Int((sentinelShare * Double(count)).rounded()) }

  /// Returns the least or the largest date if many records share it and it is far from all others, and the
  /// other dates.
  private static func removingSentinel(
    from dates: ArraySlice<Double>, of count: Int
  ) -> (Double, ArraySlice<Double>)? {
    guard let least = dates.first, let largest = dates.last, least < largest else { return nil }
    let above = dates.prefix { $0 == least }.count
    let below = dates.reversed().prefix { $0 == largest }.count
    for (date, repeated) in [(largest, below), (least, above)]
    where repeated >= 3 && !CalendarDate.isTimeOfDay(date) {
      let isUsual = usual.contains((date / CalendarDate.secondsPerDay).rounded(.down))
      // A date shared by few records is a sentinel if it is centuries from all others.
      guard repeated * 100 >= count else { continue }
      let rest = date == least ? dates.dropFirst(repeated) : dates.dropLast(repeated)
      let core = core(of: rest, reach: isUsual ? 2 : 10).dates
      guard let first = core.first, let last = core.last, Set(core.prefix(64)).count >= 5 else { continue }
      let distance = max(first - date, date - last)
      let range = max((isUsual ? 1 : 5) * (last - first), CalendarDate.secondsPerDay * 1000)
      let isCommon = isUsual || repeated * 20 >= count || distance > 36_525 * CalendarDate.secondsPerDay
      if isCommon, distance > range { return (date, rest) }
    }
    return nil
  }

  /// Returns the dates no further from the quartiles than `reach` times the distance between them, and their
  /// range.
  private static func core(
    of dates: ArraySlice<Double>, reach: Double
  ) -> (dates: ArraySlice<Double>, range: ClosedRange<Double>) {
    let sorted = Array(dates)
    guard sorted.count >= 10 else { return (dates, -Double.infinity...Double.infinity) }
    var width = 0.0
    var (low, high) = (0.0, 0.0)
    for share in [0.25, 0.1, 0.02] where width == 0 {
      (low, high) = (SortedValues.quantile(share, sorted), SortedValues.quantile(1 - share, sorted))
      width = high - low
    }
    // Times and days are never far from one another within a day.
    let limit = max(reach * width, CalendarDate.secondsPerDay)
    return (dates.drop { $0 < low - limit }.prefix { $0 <= high + limit }, low - limit...high + limit)
  }
}
