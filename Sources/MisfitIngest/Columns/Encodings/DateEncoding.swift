import MisfitONNX

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

extension DateCycle {
  /// Returns the elapsed share of the cycle, see ``phase(_:)``: both [N, 1].
  func graph(_ seconds: GraphValue) -> GraphValue {
    let days = seconds / CalendarDate.secondsPerDay
    let day = days.floor
    switch self {
    case .day: return days - day
    case .week: return (day - (day / 7).floor * 7) / 7 + (days - day) / 7
    case .year:
      let first = Self.firstDay(ofYear: Self.year(ofDay: day))
      // The year 0 has no first day.
      return seconds.graph.select(first > -719_163, (days - first) / 366, seconds.number(0))
    }
  }

  /// Returns the year of days from 1 January 1970, see ``CalendarDate/civil(_:)``.
  private static func year(ofDay day: GraphValue) -> GraphValue {
    let shifted = day + 719_468
    let era = (shifted / 146_097).floor
    let dayOfEra = shifted - era * 146_097
    let leaps = (dayOfEra / 1460).floor - (dayOfEra / 36_524).floor + (dayOfEra / 146_096).floor
    let yearOfEra = ((dayOfEra - leaps) / 365).floor
    let dayOfYear = dayOfEra - yearOfEra * 365 - (yearOfEra / 4).floor + (yearOfEra / 100).floor
    // January and February, from day 306 of a year that begins in March, are of the next year.
    return yearOfEra + era * 400 + (dayOfYear >= dayOfYear.number(306)).cast(to: .double)
  }

  /// Returns the number of 1 January of years, see ``CalendarDate/day(year:month:day:)``.
  private static func firstDay(ofYear year: GraphValue) -> GraphValue {
    let before = year - 1
    let leaps = (before / 4).floor - (before / 100).floor + (before / 400).floor
    return before * 365 + leaps - 719_162
  }
}

extension DateEncoding {
  /// Returns the trends of dates in a graph, see ``trend(_:)``: both [N, 1].
  func trendGraph(_ seconds: GraphValue) -> GraphValue {
    let distance =
      sequence.map { sequence in
        let ends = sequence.ends
        return (seconds - ends.upperBound).atLeast(0) + (seconds - ends.lowerBound).atMost(0)
      } ?? seconds - offset
    let z = distance / scale
    return knee.map { z.compressed(beyond: $0) } ?? z
  }

  /// Returns the dates of trends in a graph, see ``seconds(ofTrend:)``: both [N, 1].
  func secondsGraph(ofTrend trend: GraphValue) -> GraphValue {
    let distance = (knee.map { trend.expanded(beyond: $0) } ?? trend) * scale
    guard let sequence else { return distance + offset }
    let (graph, ends) = (trend.graph, sequence.ends)
    let beyond = graph.select(distance > 0, distance + ends.upperBound, distance + ends.lowerBound)
    return graph.select(distance == 0, distance + offset, beyond)
  }
}
