/// A column of a table: what it is, why, and how it is encoded.
public struct TableColumn: Sendable, Hashable, Codable {
  /// Its name.
  public var name: String
  /// What it is.
  public var kind: ColumnKind
  /// Why, as a sentence without its end.
  public var reason: String
  /// Cells, the missing among them.
  public var cellCount: Int
  /// Cells without a value.
  public var missingCount: Int
  /// Different values, about.
  public var distinctCount: Int
  /// Of numbers.
  public var numbers: NumberFigures?
  /// Of dates.
  public var dates: DateFigures?
  /// The levels with an input of their own, the commonest first; of a boolean the one for no, then the one for yes;
  /// of a column that is left out, the commonest texts.
  public var levels: [ColumnLevel] = []
  /// Cells with another text than those levels.
  public var otherCount = 0
  /// How numbers are encoded.
  public var number: NumberEncoding?
  /// How dates are encoded.
  public var date: DateEncoding?
  /// Whether its numbers have decimal commas, unless those of another file are seen to have points; nil where they have
  /// not.
  public var decimalComma: Bool?
  /// What separates thousands in its numbers; nil for nothing.
  public var thousands: String?
  /// The unit of its numbers, which may be left out: `%`, `$`, `EUR`; nil for none.
  public var unit: String?
  /// Whether some of its numbers have parentheses for a minus, or the minus behind them; nil where none has.
  public var accountingSigns: Bool?
  /// Why cells that may be numbers are taken for texts, as a part of a sentence; nil where none are.
  public var unreadNumbers: String?
  /// Whether an input of its own says that the cell is missing.
  public var hasIndicator = false
  /// Whether ``TypingOptions/placeholderWords`` mean "no value" in it; nil where they do not.
  public var placeholdersAreMissing: Bool?
  /// Cells that are none of the column's kind; nil where there are none.
  public var unreadCount: Int?
  /// How its cells were understood where another reading is possible, as a sentence without its end; nil where all is plain.
  public var remark: String?

  /// How its numbers are written.
  public var notation: NumberNotation {
    get {
      var notation = NumberNotation()
      notation.hasDecimalComma = decimalComma ?? false
      notation.thousands = thousands
      notation.unit = unit
      notation.hasAccountingSigns = accountingSigns ?? false
      return notation
    }
    set {
      decimalComma = newValue.hasDecimalComma ? true : nil
      thousands = newValue.thousands
      unit = newValue.unit
      accountingSigns = newValue.hasAccountingSigns ? true : nil
    }
  }

  /// The share of cells without a value.
  public var missingShare: Double { cellCount == 0 ? 0 : Double(missingCount) / Double(cellCount) }

  /// Whether every cell held the same value.
  public var isConstant: Bool { missingCount == 0 && distinctCount == 1 }

  /// Whether a model sees the column.
  public var isUsed: Bool { kind.isUsed }

  /// The inputs for the value, without the indicator.
  public var valueWidth: Int {
    switch kind {
    case .numeric, .count, .boolean: 1
    case .categorical: levels.count + 1
    case .datetime: 1 + 2 * (date?.cycles.count ?? 0)
    case .identifier, .constant, .text: 0
    }
  }

  /// All inputs.
  public var width: Int { valueWidth + (hasIndicator ? 1 : 0) }
}

/// A text of a column, and how often it stands there.
public struct ColumnLevel: Sendable, Hashable, Codable {
  /// The text.
  public var text: String
  /// Its cells.
  public var count: Int
}

/// Figures of a column's numbers, missing cells aside.
public struct NumberFigures: Sendable, Hashable, Codable {
  /// The mean.
  public var mean: Double
  /// The population standard deviation.
  public var deviation: Double
  /// The least.
  public var least: Double
  /// The quantile of 0.25; of a sample where there are more than 8,192 numbers, as the next two.
  public var lowerQuartile: Double
  /// The median.
  public var median: Double
  /// The quantile of 0.75.
  public var upperQuartile: Double
  /// The largest.
  public var largest: Double
}

/// Figures of a column's dates, in seconds from 1 January 1970.
public struct DateFigures: Sendable, Hashable, Codable {
  /// The earliest.
  public var earliest: Double
  /// The latest.
  public var latest: Double
  /// Whether some have a time of day.
  public var hasTime: Bool
}

/// A rhythm that dates may follow.
public enum DateCycle: String, Sendable, Hashable, Codable, CaseIterable {
  /// The time of day.
  case day
  /// The day of the week.
  case week
  /// The season.
  case year

  /// The share of the cycle that is over, 0 to 1.
  func phase(_ seconds: Double) -> Double {
    let days = seconds / CalendarDate.secondsPerDay
    let day = days.rounded(.down)
    switch self {
    case .day: return days - day
    case .week: return Double(((Int(day) % 7) + 7) % 7) / 7 + (days - day) / 7
    case .year:
      let year = CalendarDate.civil(Int(day)).year
      guard let first = CalendarDate.day(year: year, month: 1, day: 1) else { return 0 }
      return (days - Double(first)) / 366
    }
  }
}

/// How dates become inputs: the trend, moved and divided, and a sine and a cosine for each cycle.
///
/// All of them are multiplied by ``weight``, so that a date weighs no more in distances than a number. Where the rows stand in
/// the order of the dates, new rows come later than all of training: the trend is then 0 for all but absurd dates, see ``DateSequence``.
public struct DateEncoding: Sendable, Hashable, Codable {
  /// Day or month first, where a date does not tell.
  public var order: DateOrder
  /// The mean, in seconds.
  public var offset: Double
  /// The standard deviation; above 0.
  public var scale: Double
  /// The cycles that the data's span and resolution can show.
  public var cycles: [DateCycle]
  /// The input of the trend for a missing cell where training had none.
  public var far: Double
  /// How dates are written as numbers; nil for texts.
  public var notation: DateNotation?
  /// Where the growth of the trend turns logarithmic, see ``NumberEncoding/bend``; nil for nowhere.
  public var bend: Double?
  /// Dates that mean "no date", in seconds: they are read as missing cells; nil where there are none.
  public var sentinels: [Double]?
  /// Whether some dates of training needed ``order`` to tell day and month apart; nil where that is not known, as of
  /// older models.
  public var isOrdered: Bool?

  /// The dates of training where its rows stood in their order; nil for others, and in files of earlier versions.
  public var sequence: DateSequence?

  /// 1 / √(1 + cycles).
  public var weight: Double { 1 / Double(1 + cycles.count).squareRoot() }

  /// The trend's input for a date in seconds, before ``weight``.
  func trend(_ seconds: Double) -> Double {
    let z = (sequence.map { $0.excess(of: seconds) } ?? (seconds - offset)) / scale
    return bend.map { NumberEncoding.compress(z, beyond: $0) } ?? z
  }

  /// The inverse of ``trend(_:)``; a date among those of a sequence for all of them.
  package func seconds(ofTrend trend: Double) -> Double {
    let distance = (bend.map { NumberEncoding.expand(trend, beyond: $0) } ?? trend) * scale
    guard let sequence, distance != 0 else { return distance + offset }
    return distance + (distance > 0 ? sequence.ends.upperBound : sequence.ends.lowerBound)
  }

  var isUsable: Bool {
    offset.magnitude <= 1e15 && scale.isFinite && scale.isNormal && scale > 0 && far.magnitude <= 1e15
      && Set(cycles).count == cycles.count && (bend.map { $0 > 0 && $0 <= 1e6 } ?? true)
      && (sentinels ?? []).allSatisfy(\.isFinite) && (sequence?.isUsable ?? true)
  }
}

/// The dates of rows that stand in the order of their dates, in seconds.
///
/// Rows to be scored come later, and that they do is no anomaly. Only a date is far that lies further beyond them than they
/// reach, and more than a year.
public struct DateSequence: Sendable, Hashable, Codable {
  /// The earliest; dates far from all others are left out.
  public var earliest: Double
  /// The latest, likewise.
  public var latest: Double

  /// The dates that are not far.
  var ends: ClosedRange<Double> {
    let reach = max(latest - earliest, 366 * CalendarDate.secondsPerDay)
    return (earliest - reach)...(latest + reach)
  }

  /// How far a date lies beyond ``ends``: 0 for one within.
  func excess(of seconds: Double) -> Double {
    let ends = ends
    return max(0, seconds - ends.upperBound) + min(0, seconds - ends.lowerBound)
  }

  var isUsable: Bool {
    earliest <= latest && max(earliest.magnitude, latest.magnitude) <= 1e15
  }
}

/// A cell as people see it.
public enum CellValue: Sendable, Hashable {
  /// A number in the column's own units.
  case number(Double)
  /// A level.
  case level(String)
  /// Seconds from 1 January 1970, universal time.
  case date(Double, hasTime: Bool)
  /// No value.
  case missing
}
