import MisfitCore
import MisfitIngest
import MisfitModels

/// A value of a sample that is far outside all values in training.
struct GrossOutlier {
  /// The index of the column.
  var column: Int
  /// The share of the score that is due to the value, 0 to 1.
  var share: Double
  /// The range of the training values; nil for levels.
  var all: FeatureError.UsualRange?
  /// The range of most training values, for a value inside the range of all; nil if unknown.
  var most: FeatureError.UsualRange?

  /// Returns the range to compare a value with.
  func usual(for value: CellValue) -> FeatureError.UsualRange? {
    guard let all, all.clamping(value) == value else { return all }
    return most ?? all
  }
}

extension Detector {
  /// Returns the outlier that a code of the model's check represents; nil without a check.
  func grossOutlier(code: Int, strength: Float) -> GrossOutlier? {
    guard let check = model.outlierCheck else { return nil }
    let subject = check.subject(code)
    func usual(_ range: ClosedRange<Float>, share: Double?) -> FeatureError.UsualRange {
      FeatureError.UsualRange(
        low: cell(ofLinear: range.lowerBound, subject), high: cell(ofLinear: range.upperBound, subject),
        share: share, group: subject.groupInput.flatMap { groupText(ofInput: $0, check) })
    }
    if let dates = schema.table?.used[subject.column].dates, let sequence = dates.encoding.sequence {
      let ends = [sequence.earliest, sequence.latest].map { CellValue.date($0, hasTime: dates.hasTime) }
      return GrossOutlier(
        column: subject.column, share: 0.6 * Double(min(1, strength)),
        all: FeatureError.UsualRange(low: ends[0], high: ends[1]))
    }
    return GrossOutlier(
      column: subject.column, share: 0.6 * Double(min(1, strength)),
      all: subject.range.map { usual($0, share: nil) },
      most: subject.bulk.map { usual($0.range, share: $0.share) })
  }

  private func cell(ofLinear value: Float, _ subject: GrossOutlierCheck.Subject) -> CellValue {
    guard let column = schema.table?.used[subject.column] else {
      let index = subject.column
      let number = schema.decode(value, column: index)
      return .number(
        NumberFigures.withoutRounding(number, least: schema.minima[index], largest: schema.maxima[index]))
    }
    let scaled = column.linearScale?.value(value)
    if let dates = column.dates {
      let date = dates.encoding
      let seconds = scaled ?? Double(value) / date.weight * date.scale + date.offset
      return .date(seconds, hasTime: dates.hasTime)
    }
    if let scaled { return .number(column.numbers?.snapped(scaled) ?? scaled) }
    let number = column.number?.decode(Double(value)) ?? .nan
    return .number(
      column.numbers.map {
        NumberFigures.withoutRounding(number, least: $0.least, largest: $0.largest)
      } ?? number)
  }

  /// Returns the group of an input's level as a clause: `host is "a"`.
  private func groupText(ofInput input: Int, _ check: GrossOutlierCheck) -> String? {
    guard let table = schema.table, let index = check.columns.firstIndex(where: { $0.inputs.contains(input) })
    else { return nil }
    let column = table.used[index]
    let level = input - table.starts[index]
    guard column.levels.indices.contains(level) else { return nil }
    return "\(column.name) is \(CellValue.level(column.levels[level].text).quoted)"
  }
}

extension NumberFigures {
  /// Returns a value that was rounded to a float: the least, the largest or 0 if it differs from that by
  /// rounding only.
  fileprivate static func withoutRounding(_ value: Double, least: Double, largest: Double) -> Double {
    let rounding = max(1e-6 * (largest - least), 1e-6 * min(least.magnitude, largest.magnitude), 1e-9)
    for end in [least, largest, 0] where (value - end).magnitude <= rounding { return end }
    return value
  }

  /// Returns the least or the largest value if the value differs from that by rounding only, else the value.
  fileprivate func snapped(_ value: Double) -> Double {
    let rounding = 1e-5 * min(upperQuartile - lowerQuartile, largest - least)
    if (value - least).magnitude <= rounding { return least }
    return (value - largest).magnitude <= rounding ? largest : value
  }
}
