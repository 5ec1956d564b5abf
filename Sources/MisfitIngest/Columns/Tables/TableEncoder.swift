import MisfitCore

/// Encodes records of a table as inputs, and decodes inputs as cells.
///
/// A record has numbers as they are, levels by their index (unknown ones by the number of levels), 0 and 1
/// for no and yes, and dates in seconds; a missing cell is NaN.
///
/// - A number is one input, see ``NumberEncoding``.
/// - A level is 1 in its own input and 0 in those of the others. Two standardized numbers differ by the
///   square of √2 on average, and so do two levels.
/// - No and yes are 0 and √2, at the same distance.
/// - A date is a trend and its cycles, see ``DateEncoding``.
/// - A missing cell has the inputs of the column's mean, and 1 in its indicator; if the column has no
///   indicator, NaN, for a model that imputes it. If training had no missing cell, its inputs are four
///   deviations away; so are those of an unseen level.
struct TableEncoder: Sendable {
  let table: TableSchema

  /// The input for yes.
  static let yes = Double(2).squareRoot()
  /// The number of deviations of a value that costs as much as one unseen in training.
  static let surprise = 4.0

  /// Encodes one record.
  ///
  /// Shapes: `values` [D], `inputs` [E].
  func encode(_ values: Span<Double>, into inputs: inout MutableSpan<Float>, from start: Int) {
    // Spans access columns without copies, which would be reference-counted for each cell.
    let (columns, starts) = (table.used.span, table.starts.span)
    for index in columns.indices {
      encodeCell(values[index], columns[index], into: &inputs, at: start + starts[index])
    }
  }

  private func encodeCell(
    _ value: Double, _ column: borrowing TableColumn, into inputs: inout MutableSpan<Float>, at place: Int
  ) {
    encode(value, column, into: &inputs, at: place)
    let isExpectedMissing = value.isNaN && column.missingCount > 0
    if column.hasIndicator {
      inputs[place + column.valueWidth] = isExpectedMissing ? 1 : 0
    } else if isExpectedMissing {
      for input in 0..<column.valueWidth { inputs[place + input] = .nan }
    }
  }

  private func encode(
    _ value: Double, _ column: borrowing TableColumn, into inputs: inout MutableSpan<Float>, at place: Int
  ) {
    let isExpectedMissing = value.isNaN && column.missingCount > 0
    switch column.kind {
    case .numeric, .count:
      guard let number = column.number else { return }
      inputs[place] = Float(
        value.isNaN ? isExpectedMissing ? number.center : number.far : number.encode(value))
    case .boolean:
      let mean = column.share(1) * Self.yes
      inputs[place] = Float(
        value == 0 ? 0 : value == 1 ? Self.yes : isExpectedMissing ? mean : mean + Self.surprise)
    case .categorical: encodeLevel(value, column, isExpectedMissing, into: &inputs, at: place)
    case .datetime: encodeDate(value, column, isExpectedMissing, into: &inputs, at: place)
    case .identifier, .constant, .text: return
    }
  }

  private func encodeLevel(
    _ value: Double, _ column: borrowing TableColumn, _ isExpectedMissing: Bool,
    into inputs: inout MutableSpan<Float>,
    at place: Int
  ) {
    let count = column.levels.count
    if value.isNaN {
      for level in 0..<count { inputs[place + level] = Float(column.share(level)) }
      inputs[place + count] = Float(isExpectedMissing ? column.otherShare : Self.surprise)
      return
    }
    for level in 0...count { inputs[place + level] = 0 }
    // An array may contain any number.
    let level = Int(min(max(value, 0), Double(count)))
    inputs[place + level] = level == count && column.otherCount == 0 ? Float(Self.surprise) : 1
  }

  private func encodeDate(
    _ value: Double, _ column: borrowing TableColumn, _ isExpectedMissing: Bool,
    into inputs: inout MutableSpan<Float>,
    at place: Int
  ) {
    guard let date = column.date else { return }
    let weight = date.weight
    guard !value.isNaN else {
      inputs[place] = Float(isExpectedMissing ? 0 : date.far)
      for index in 0..<2 * date.cycles.count { inputs[place + 1 + index] = 0 }
      return
    }
    inputs[place] = Float(Schema.bounded(date.trend(value) * weight))
    let bounded = CalendarDate.isTimeOfDay(value) ? value : CalendarDate.bounded(value)
    for (index, cycle) in date.cycles.enumerated() {
      let angle = 2 * Double.pi * cycle.phase(bounded)
      inputs[place + 1 + 2 * index] = Float(Mathematics.sin(angle) * weight)
      inputs[place + 2 + 2 * index] = Float(Mathematics.cos(angle) * weight)
    }
  }

  /// Returns the cell of a used column from the inputs that a model made.
  ///
  /// Shapes: `inputs` [E].
  func decode(_ inputs: Span<Float>, column index: Int) -> CellValue {
    let column = table.used[index]
    let place = table.starts[index]
    switch column.kind {
    case .numeric, .count: return .number(column.number?.decode(Double(inputs[place])) ?? .nan)
    case .boolean: return .level(column.levels[Double(inputs[place]) > Self.yes / 2 ? 1 : 0].text)
    case .categorical:
      var best = 0
      for level in 0...column.levels.count where inputs[place + level] > inputs[place + best] { best = level }
      return best < column.levels.count ? .level(column.levels[best].text) : .rarerLevel
    case .datetime:
      guard let date = column.date else { return .missing }
      let seconds = date.seconds(ofTrend: Double(inputs[place]) / date.weight)
      return .date(seconds, hasTime: column.dates?.hasTime ?? false)
    case .identifier, .constant, .text: return .missing
    }
  }

  /// Returns a value of a record for users; `text` is that of an unknown level.
  func cell(_ value: Double, text: String?, column index: Int) -> CellValue {
    let column = table.used[index]
    if value.isNaN { return .missing }
    switch column.kind {
    case .categorical, .boolean:
      let level = Int(min(max(value, 0), Double(column.levels.count)))
      if level < column.levels.count { return .level(column.levels[level].text) }
      return text.map { .level($0) } ?? .rarerLevel
    case .datetime: return .date(value, hasTime: column.dates?.hasTime ?? false)
    default: return .number(value)
    }
  }
}

extension TableColumn {
  /// Returns the share of a level among the present cells.
  func share(_ level: Int) -> Double {
    let present = max(1, cellCount - missingCount)
    return Double(levels[level].count) / Double(present)
  }

  /// The share of all other texts among the present cells.
  var otherShare: Double { Double(otherCount) / Double(max(1, cellCount - missingCount)) }
}
