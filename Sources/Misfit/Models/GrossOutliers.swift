import MisfitCore
import MisfitIngest
import MisfitModels

/// Checks the rows of a table for gross outliers, see ``GrossOutlierCheck``.
enum GrossOutliers {
  /// Whether a fit adds the check: to tables scored by the default measure of their model.
  static func areChecked(_ options: FitOptions, _ schema: Schema) -> Bool {
    schema.shape.imageExtents == nil && options.targetSource == nil && options.errorMeasure == nil
  }

  /// The columns of a schema as the check sees them.
  static func columns(of schema: Schema) -> [GrossOutlierColumn] {
    guard let table = schema.table else {
      return (0..<schema.width).map { column in
        GrossOutlierColumn(
          .number(linear: nil), inputs: column..<column + 1,
          countScale: CountScale(offset: schema.offsets[column], scale: schema.scales[column]))
      }
    }
    return zip(table.used, table.starts).map { column, start in
      let inputs = start..<start + column.valueWidth
      switch column.kind {
      case .categorical, .boolean:
        return GrossOutlierColumn(.levels(counts: column.levels.map(\.count)), inputs: inputs)
      default:
        return GrossOutlierColumn(
          .number(linear: column.linearScale?.fromInput), inputs: inputs, missingInput: column.missingInput,
          leastInput: column.kind == .count ? column.number.map { Float($0.encode(-0.5)) } : nil,
          isZeroUnlessFar: column.date?.sequence != nil, isGrouped: column.number != nil)
      }
    }
  }

  /// A model with a check learned from its training rows.
  ///
  /// - Throws: what reading the rows may throw.
  static func checked(
    _ model: any RowModel, learnedFrom rows: any EpochRows, _ schema: Schema, seed: UInt64
  ) throws -> any RowModel {
    GrossOutlierModel(model, try GrossOutlierCheck.fit(rows, columns: columns(of: schema), seed: seed))
  }

  /// A model with the check that a file holds; the model itself where it holds none.
  ///
  /// - Throws: ``ModelFileError``.
  static func checked(
    _ model: any RowModel, _ record: ModelRecord, in file: SafeTensors, path: String
  ) throws(ModelFileError) -> any RowModel {
    guard record.scoreRaise != nil else { return model }
    let ranges = file.tensor(GrossOutlierModel.tensorName)
    guard ranges.map({ $0.extents.count == 2 }) ?? true, record.schema.shape.imageExtents == nil,
      record.targetSchema == nil,
      let scales = file.tensor(GrossOutlierModel.scaleName), scales.extents.count == 1,
      let check = GrossOutlierCheck(
        columns: columns(of: record.schema), inputCount: model.width, scales: scales.values.array,
        ranges: ranges?.values.array ?? [],
        least: file.tensor(GrossOutlierModel.leastName)?.values.array ?? [])
    else { throw ModelFileError(.altered("tensor \(GrossOutlierModel.tensorName)"), path: path) }
    return GrossOutlierModel(model, check)
  }
}

extension TableColumn {
  /// A scale of the column's numbers or dates; nil where inputs are such numbers.
  fileprivate var linearScale: LinearScale? {
    if let date, date.knee != nil {
      return LinearScale(center: date.offset, unit: date.scale) {
        date.seconds(ofTrend: $0 / date.weight)
      }
    }
    guard let number, let numbers, number.isLogarithmic || number.knee != nil || number.knots != nil else {
      return nil
    }
    let spread = max(numbers.upperQuartile - numbers.lowerQuartile, numbers.deviation)
    return LinearScale(center: numbers.median, unit: spread > 0 && spread.isFinite ? spread : 1) {
      number.decode($0)
    }
  }

  /// The input of a missing cell where training had none.
  fileprivate var missingInput: Float? {
    missingCount == 0 ? (number?.far ?? date?.far).map { Float($0) } : nil
  }
}

/// Values of a compressed column, moved and divided so that floats can hold them.
private struct LinearScale {
  let center: Double
  let unit: Double
  let decode: @Sendable (Double) -> Double

  var fromInput: @Sendable (Float) -> Float {
    { [center, unit, decode] input in
      Float(min(max((decode(Double(input)) - center) / unit, -1e30), 1e30))
    }
  }

  func value(_ scaled: Float) -> Double { Double(scaled) * unit + center }
}

/// A sample's value far outside everything seen in training.
struct GrossOutlier {
  /// The column of the value.
  var column: Int
  /// The part of the score that is due to it.
  var share: Double
  /// The values of training; nil for levels.
  var all: FeatureError.UsualRange?
  /// Most of them, for a value that lies among all; nil where that is not known.
  var most: FeatureError.UsualRange?

  /// The range to compare a value with.
  func usual(for value: CellValue) -> FeatureError.UsualRange? {
    guard let all, all.clamping(value) == value else { return all }
    return most ?? all
  }
}

extension Detector {
  /// What a code of the model's check stands for; nil without a check.
  func grossOutlier(code: Int, strength: Float) -> GrossOutlier? {
    guard let check = model.outlierCheck else { return nil }
    let subject = check.subject(code)
    func usual(_ range: ClosedRange<Float>, share: Double?) -> FeatureError.UsualRange {
      FeatureError.UsualRange(
        low: cell(ofLinear: range.lowerBound, subject), high: cell(ofLinear: range.upperBound, subject),
        share: share, group: subject.groupInput.flatMap { groupText(ofInput: $0, check) })
    }
    if let column = schema.table?.used[subject.column], let sequence = column.date?.sequence {
      let ends = [sequence.earliest, sequence.latest].map {
        CellValue.date($0, hasTime: column.dates?.hasTime ?? false)
      }
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
    if let date = column.date {
      let seconds = scaled ?? Double(value) / date.weight * date.scale + date.offset
      return .date(seconds, hasTime: column.dates?.hasTime ?? false)
    }
    if let scaled { return .number(column.numbers?.snapped(scaled) ?? scaled) }
    let number = column.number?.decode(Double(value)) ?? .nan
    return .number(
      column.numbers.map {
        NumberFigures.withoutRounding(number, least: $0.least, largest: $0.largest)
      } ?? number)
  }

  /// `host is "a"`.
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
  /// A value that was a float meanwhile: the least, the largest or 0 where only rounding keeps it from being
  /// that.
  fileprivate static func withoutRounding(_ value: Double, least: Double, largest: Double) -> Double {
    let rounding = max(1e-6 * (largest - least), 1e-6 * min(least.magnitude, largest.magnitude), 1e-9)
    for end in [least, largest, 0] where (value - end).magnitude <= rounding { return end }
    return value
  }

  /// A value that only rounding keeps from being the least or the largest is that.
  fileprivate func snapped(_ value: Double) -> Double {
    let rounding = 1e-5 * min(upperQuartile - lowerQuartile, largest - least)
    if (value - least).magnitude <= rounding { return least }
    return (value - largest).magnitude <= rounding ? largest : value
  }
}
