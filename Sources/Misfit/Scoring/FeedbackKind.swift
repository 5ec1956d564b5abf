import MisfitCore
import MisfitIngest

/// A kind of rows, learned from marked rows that are anomalous in the same columns.
///
/// A row is of the kind if it is like the marked rows in three ways: in the values of the columns to blame
/// and their distances from what was expected; in the shares of the score by column; and in what remains of
/// the score without these columns. Radii are those of a prediction from few rows: the spread of the marked
/// rows, drawn toward a usual spread that counts like two more rows.
struct FeedbackKind: Sendable {
  /// A number of a row that is compared with the marked rows.
  private struct Feature {
    /// The index of the encoded value.
    var input: Int
    /// Whether the number is the distance from the expected value rather than the value.
    var isResidual: Bool
    /// The mean of the marked rows; NaN if all are missing.
    var center: Double
    /// 1 / the standard deviation of a prediction.
    var weight: Double
    /// Whether a marked row is missing this value.
    var allowsMissing: Bool
  }

  /// The class of the marked rows.
  let verdict: Feedback.Verdict
  /// The indices of the marked rows.
  let rows: [Int]
  /// The columns to blame, the largest share first.
  let columns: [Int]
  /// The numbers of the columns to blame.
  private let features: [Feature]
  /// The number of features that count once: a column of levels has one, however many inputs it has.
  private let featureCount: Double
  /// The direction of the roots of the shares, of length 1: [D].
  private let blame: [Double]
  /// The largest distance from the direction at which a row is wholly of the kind.
  private let chordLimit: Double
  /// What may remain of the score without the columns to blame.
  private let restLimit: Double
  private let scale: FeedbackScale

  /// The largest distance in standard deviations at which a row is wholly of the kind.
  static let radius = 3.0
  /// The distance, in radii, from which on a row is not of the kind at all.
  private static let outerRadius = 1.5
  /// The usual spread of a kind in a column of numbers, in standard deviations of the column.
  static let usualSpread = 0.35
  /// The usual spread of a level, which is the same or another one.
  private static let levelSpread = 0.05
  /// The weight of the usual spread, in rows.
  private static let usualWeight = 2.0

  /// Creates a kind from marked rows of one class; `rows` are their indices in `all`.
  ///
  /// - Precondition: there is at least one row.
  init(
    _ rows: [Int], of all: [FeedbackRow], schema: Schema, scale: FeedbackScale, comparesResiduals: Bool
  ) {
    let marked = rows.map { all[$0] }
    let verdict = marked[0].verdict
    let count = Double(rows.count)
    let excesses = marked.map { $0.score - scale.least }
    let columns = Self.columnsToBlame(marked, excesses, scale)
    self.rows = rows
    self.verdict = verdict
    self.columns = columns
    self.scale = scale
    var features: [Feature] = []
    for column in columns {
      let isLevel = schema.holdsLevels(column)
      let spread = isLevel ? Self.levelSpread : Self.usualSpread * schema.spread(of: column)
      for input in schema.inputs(of: column) {
        features.append(Self.feature(marked, input, isResidual: false, spread: spread))
        if comparesResiduals, !isLevel {
          features.append(Self.feature(marked, input, isResidual: true, spread: spread))
        }
      }
    }
    self.features = features
    featureCount = Double(
      columns.reduce(0) { sum, column in
        sum + (schema.holdsLevels(column) || !comparesResiduals ? 1 : 2)
      })
    let roots = marked.map { Self.roots($0.shares) }
    blame = Self.unit(Self.sum(roots))
    let chords = roots.map { [blame] root in Self.chord(Self.unit(root), blame) }
    chordLimit =
      2.5
      * ((chords.reduce(0) { $0 + $1 * $1 } + Self.usualWeight * 0.04) / (count + Self.usualWeight))
      .squareRoot()
    let rests = zip(marked, excesses).map { row, excess in
      excess * (1 - columns.reduce(0) { $0 + Double(row.shares[$1]) })
    }
    let mean = rests.reduce(0, +) / count
    let usual = 0.3 * max(mean, scale.typical - scale.least)
    restLimit = mean + Self.radius * Self.spread(of: rests, mean: mean, usual: usual)
  }

  /// Returns the columns whose shares, taken together, make rows anomalous: without them, the scores would be
  /// at most half of the threshold.
  private static func columnsToBlame(
    _ rows: [FeedbackRow], _ excesses: [Double], _ scale: FeedbackScale
  ) -> [Int] {
    let count = Double(rows.count)
    let width = rows[0].shares.count
    let parts = (0..<width).map { column in
      zip(rows, excesses).reduce(0) { $0 + Double($1.0.shares[column]) * $1.1 } / count
    }
    let order = (0..<width).sorted { (parts[$1], $0) < (parts[$0], $1) }
    var rest = parts.reduce(0, +)
    let limit =
      rows[0].verdict == .normal
      ? max(scale.typical - scale.least, 0.5 * (scale.threshold - scale.least)) : 0.5 * rest
    var columns: [Int] = []
    for column in order where columns.isEmpty || rest > limit {
      columns.append(column)
      rest -= parts[column]
    }
    return columns
  }

  private static func feature(
    _ rows: [FeedbackRow], _ input: Int, isResidual: Bool, spread: Double
  ) -> Feature {
    let numbers = rows.map {
      Double($0.values[input]) - (isResidual ? Double($0.expected[input]) : 0)
    }
    let known = numbers.filter { !$0.isNaN }
    let mean = known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
    return Feature(
      input: input, isResidual: isResidual, center: mean,
      weight: 1 / Self.spread(of: known, mean: mean, usual: spread),
      allowsMissing: known.count < numbers.count)
  }

  /// Returns the standard deviation of a prediction from a few numbers, drawn toward a usual one.
  private static func spread(of numbers: [Double], mean: Double, usual: Double) -> Double {
    let count = Double(max(numbers.count, 1))
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = (usualWeight * usual * usual + squares) / (usualWeight + count - 1)
    return (variance * (1 + 1 / count)).squareRoot()
  }

  /// Returns the range of encoded values of an input for a row of the kind that differs in it alone; nil for
  /// an input that is not compared, or whose values are missing.
  func range(ofInput input: Int) -> ClosedRange<Double>? {
    guard let feature = features.first(where: { $0.input == input && !$0.isResidual }),
      !feature.center.isNaN
    else { return nil }
    let radius = Self.radius * featureCount.squareRoot() / feature.weight
    return feature.center - radius...feature.center + radius
  }

  /// Returns how far a row is of the kind, 0 to 1, by the values of the columns to blame.
  func likeness(values: FloatSlice, expected: FloatSlice) -> Double {
    let outer = Self.radius * Self.outerRadius
    let limit = outer * outer * featureCount
    var sum = 0.0
    for feature in features {
      let value = Double(values[feature.input])
      let number = feature.isResidual ? value - Double(expected[feature.input]) : value
      if number.isNaN {
        guard feature.allowsMissing else { return 0 }
        continue
      }
      guard !feature.center.isNaN else { return 0 }
      let distance = (number - feature.center) * feature.weight
      sum += distance * distance
      if sum > limit { return 0 }
    }
    return Self.ramp((sum / featureCount).squareRoot(), limit: Self.radius)
  }

  /// Returns how far a row is of the kind, 0 to 1, by the shares of its score.
  func likeness(shares: [Double]) -> Double {
    Self.ramp(Self.chord(Self.unit(Self.roots(shares)), blame), limit: chordLimit)
  }

  /// Returns the score of a row that is wholly of the kind.
  ///
  /// For a normal kind, it is the typical score. The score without the columns to blame is added, minus what
  /// the marked rows have of it.
  func target(score: Double, shares: [Double]) -> Double {
    guard verdict == .normal else {
      return scale.largest + 0.05 * (scale.largest - scale.least)
    }
    let rest = (score - scale.least) * (1 - columns.reduce(0) { $0 + shares[$1] })
    return scale.typical + max(0, rest - restLimit)
  }

  /// Returns 1 up to a limit, and from there a straight line down to 0.
  private static func ramp(_ distance: Double, limit: Double) -> Double {
    min(1, max(0, (outerRadius * limit - distance) / ((outerRadius - 1) * limit)))
  }

  static func roots(_ shares: [some BinaryFloatingPoint]) -> [Double] {
    shares.map { max(0, Double($0)).squareRoot() }
  }

  static func sum(_ vectors: [[Double]]) -> [Double] {
    vectors.dropFirst().reduce(vectors[0]) { sum, next in zip(sum, next).map { $0 + $1 } }
  }

  static func unit(_ vector: [Double]) -> [Double] {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? vector.map { $0 / length } : vector
  }

  /// Returns the length of the chord between vectors of length 1, which is nearly their angle.
  static func chord(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }
}

extension Schema {
  /// Returns whether the cells of a column are levels, which are the same or not.
  fileprivate func holdsLevels(_ column: Int) -> Bool { table?.used[column].encoding.levelCounts != nil }

  /// Returns the standard deviation of the encoded values of a column of numbers; 1 for a constant column.
  func spread(of column: Int) -> Double {
    guard table == nil, standardDeviations[column] > 0 else { return 1 }
    return standardDeviations[column] / abs(scales[column])
  }
}
