import MisfitCore

/// A column of a table, with its kind and encoding and the reasons for them.
package struct TableColumn: Sendable, Hashable, Codable {
  /// The name of the column.
  package var name: String
  /// The kind of its cells.
  package var kind: ColumnKind
  /// The reason for the kind, as a sentence without a period.
  package var reason: MessageText
  /// The number of cells, including missing ones.
  package var cellCount: Int
  /// The number of missing cells.
  package var missingCount: Int
  /// The estimated number of different values.
  package var distinctCount: Int
  /// The statistics of its numbers.
  package var numbers: NumberFigures?
  /// The statistics of its dates.
  package var dates: DateFigures?
  /// The levels with an input of their own, the most frequent first; for a boolean, the one for no, then the
  /// one for yes; for a column that is left out, the most frequent texts.
  package var levels: [ColumnLevel] = []
  /// The number of cells with another text than those levels.
  package var otherCount = 0
  /// The encoding of numbers.
  package var number: NumberEncoding?
  /// The encoding of dates.
  package var date: DateEncoding?
  /// Whether its numbers have decimal commas, unless another file has points; nil if they have not.
  package var decimalComma: Bool?
  /// The mark that separates thousands in its numbers; nil for none.
  package var thousands: String?
  /// The unit of its numbers, which may be omitted: `%`, `$`, `EUR`; nil for none.
  package var unit: String?
  /// Whether some of its numbers have parentheses for a minus, or the minus after them; nil if none has.
  package var accountingSigns: Bool?
  /// The reason why cells that may be numbers are read as texts, as a part of a sentence; nil if there are
  /// none.
  package var unreadNumbers: MessageText?
  /// Whether it has an input that indicates missing cells.
  package var hasIndicator = false
  /// Whether ``TypingOptions/placeholderWords`` mean "no value" in it; nil if they do not.
  package var placeholdersAreMissing: Bool?
  /// The number of cells that are not of the column's kind; nil if there are none.
  package var unreadCount: Int?
  /// A remark on the interpretation of its cells if another one is possible, as a sentence without a period.
  package var remark: MessageText?

  /// The notation of its numbers.
  package var notation: NumberNotation {
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

  /// The share of missing cells.
  package var missingShare: Double { cellCount == 0 ? 0 : Double(missingCount) / Double(cellCount) }

  /// Whether every cell had the same value.
  package var isConstant: Bool { missingCount == 0 && distinctCount == 1 }

  /// Whether models use the column.
  package var isUsed: Bool { kind.isUsed }

  /// The number of inputs for the value, without the indicator.
  package var valueWidth: Int {
    switch kind {
    case .numeric, .count, .boolean: 1
    case .categorical: levels.count + 1
    case .datetime: 1 + 2 * (date?.cycles.count ?? 0)
    case .identifier, .constant, .text: 0
    }
  }

  /// The number of inputs.
  package var width: Int { valueWidth + (hasIndicator ? 1 : 0) }
}

/// A text of a column and its number of cells.
package struct ColumnLevel: Sendable, Hashable, Codable {
  /// The text.
  package var text: String
  /// The number of cells.
  package var count: Int
}

/// Statistics of a column's numbers, without missing cells.
package struct NumberFigures: Sendable, Hashable, Codable {
  /// The mean.
  package var mean: Double
  /// The population standard deviation.
  package var deviation: Double
  /// The minimum.
  package var least: Double
  /// The first quartile; of a sample if there are more than 8,192 numbers, like the next two.
  package var lowerQuartile: Double
  /// The median.
  package var median: Double
  /// The third quartile.
  package var upperQuartile: Double
  /// The maximum.
  package var largest: Double
}

/// Statistics of a column's dates, in seconds from 1 January 1970.
package struct DateFigures: Sendable, Hashable, Codable {
  /// The earliest date.
  package var earliest: Double
  /// The latest date.
  package var latest: Double
  /// Whether some have a time of day.
  package var hasTime: Bool
}

/// A cycle that dates may follow.
package enum DateCycle: String, Sendable, Hashable, Codable, CaseIterable {
  /// The time of day.
  case day
  /// The day of the week.
  case week
  /// The time of the year.
  case year

  /// Returns the elapsed share of the cycle, 0 to 1.
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

/// The encoding of dates: a trend, shifted and scaled, and a sine and a cosine for each cycle.
///
/// All of them are multiplied by ``weight``, so that a date counts as much in distances as a number. If the
/// rows are in the order of the dates, new rows are later than all training rows: the trend is then 0 for all
/// but absurd dates, see ``DateSequence``.
package struct DateEncoding: Sendable, Hashable, Codable {
  /// The order of dates that do not determine it.
  package var order: DateOrder
  /// The mean of the dates, in seconds.
  package var offset: Double
  /// The standard deviation of the dates; above 0.
  package var scale: Double
  /// The cycles that the span and the resolution of the data can show.
  package var cycles: [DateCycle]
  /// The trend of a missing cell if training had none.
  package var far: Double
  /// The notation of dates that are numbers; nil for texts.
  package var notation: DateNotation?
  /// The trend beyond which it is log-compressed, see ``NumberEncoding/knee``; nil for none.
  package var knee: Double?
  /// Dates that mean "no date", in seconds, which are read as missing cells; nil if there are none.
  package var sentinels: [Double]?
  /// Whether some training dates needed ``order`` to distinguish day and month; nil if that is not known, as
  /// in models of earlier versions.
  package var isOrdered: Bool?

  /// The range of the training dates if the rows were in their order; nil otherwise, and in models of earlier
  /// versions.
  package var sequence: DateSequence?

  /// The names in model files, where ``knee`` is `bend`.
  private enum CodingKeys: String, CodingKey {
    case order, offset, scale, cycles, far, notation
    case knee = "bend"
    case sentinels, isOrdered, sequence
  }

  /// The factor of all inputs, 1 / √(1 + cycles).
  package var weight: Double { 1 / Double(1 + cycles.count).squareRoot() }

  /// Returns the trend of a date in seconds, without ``weight``.
  func trend(_ seconds: Double) -> Double {
    let z = (sequence.map { $0.excess(of: seconds) } ?? (seconds - offset)) / scale
    return knee.map { NumberEncoding.compress(z, beyond: $0) } ?? z
  }

  /// Returns the inverse of ``trend(_:)``; for a sequence, one of its dates.
  package func seconds(ofTrend trend: Double) -> Double {
    let distance = (knee.map { NumberEncoding.expand(trend, beyond: $0) } ?? trend) * scale
    guard let sequence, distance != 0 else { return distance + offset }
    return distance + (distance > 0 ? sequence.ends.upperBound : sequence.ends.lowerBound)
  }

  var isUsable: Bool {
    offset.magnitude <= 1e15 && scale.isFinite && scale.isNormal && scale > 0 && far.magnitude <= 1e15
      && Set(cycles).count == cycles.count && (knee.map { $0 > 0 && $0 <= 1e6 } ?? true)
      && (sentinels ?? []).allSatisfy(\.isFinite) && (sequence?.isUsable ?? true)
  }
}

/// The dates of rows that are in the order of their dates, in seconds.
///
/// New rows are later, which is no anomaly. A date is far only if it is further beyond them than their range,
/// and more than a year.
package struct DateSequence: Sendable, Hashable, Codable {
  /// The earliest date; without dates far from all others.
  package var earliest: Double
  /// The latest date, likewise.
  package var latest: Double

  /// The range of the dates that are not far.
  var ends: ClosedRange<Double> {
    let reach = max(latest - earliest, 366 * CalendarDate.secondsPerDay)
    return (earliest - reach)...(latest + reach)
  }

  /// Returns the distance of a date from ``ends``: 0 for one within.
  func excess(of seconds: Double) -> Double {
    let ends = ends
    return max(0, seconds - ends.upperBound) + min(0, seconds - ends.lowerBound)
  }

  var isUsable: Bool {
    earliest <= latest && max(earliest.magnitude, latest.magnitude) <= 1e15
  }
}

/// A cell of a table, in the user's units.
public enum CellValue: Sendable, Hashable {
  /// A number in the column's own units.
  case number(Double)
  /// A level of a categorical or boolean column, as text.
  case level(String)
  /// A date, in seconds since 1970-01-01 00:00 UTC, with or without a time of day.
  case date(Double, hasTime: Bool)
  /// A missing value.
  case missing
}
