import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitModels

/// The check of series for single values that are far from the values around them in time.
///
/// A spike of one row changes a window of a hundred rows little, and its value is compressed. This check
/// compares each value with its neighbors instead, see ``SeriesDeviations``.
package struct SeriesOutliers: Sendable, Codable, Hashable {
  /// The largest deviation of each column that is no outlier, in its unit: [C]; nil if there were too few
  /// rows.
  var limits: [Double?]
  /// The limits of series with enough rows of their own, by name.
  var limitsBySeries: [String: [Double?]]
  /// The largest window score of the learned rows, and its distance from their median.
  var raise: ScoreRaise

  /// A value far from its neighbors.
  struct Finding: Sendable, Hashable {
    /// The row.
    var row: Int
    /// The index in the columns of the record.
    var column: Int
    /// The strength of the evidence, 1 at the limit.
    var strength: Float
  }

  /// The raise of a score per unit of strength, in spreads.
  private static let step = 0.5

  /// Whether all numbers can be computed with.
  func isUsable(columnCount: Int) -> Bool {
    raise.isUsable
      && ([limits] + limitsBySeries.values).allSatisfy { limits in
        limits.count == columnCount && limits.allSatisfy { $0.map { $0 >= 0 && $0.isFinite } ?? true }
      }
  }

  /// Returns the strongest finding of each row that has one, in the order of rows.
  ///
  /// - Complexity: O(R·C) for R rows of C columns.
  func findings(in rows: SeriesRows, _ record: SeriesRecord) -> [Finding] {
    var strongest: [Int: Finding] = [:]
    for column in record.columns.indices {
      let deviations = SeriesDeviations(rows, column: column, record: record)
      for (index, series) in rows.series.enumerated() {
        let own = rows.names.isEmpty ? nil : limitsBySeries[rows.names[index]]?[column]
        guard let limit = own ?? limits[column] else { continue }
        for segment in rows.segments(of: series) {
          deviations.forEach(in: segment) { row, deviation in
            rows.release(after: row)
            guard deviation.magnitude > limit, rows.records[row] >= 0 else { return }
            let finding = Finding(
              row: row, column: column, strength: Self.strength(of: deviation.magnitude, limit))
            if finding.strength > strongest[row]?.strength ?? 0 { strongest[row] = finding }
          }
        }
      }
    }
    return strongest.values.sorted { $0.row < $1.row }
  }

  private static func strength(of deviation: Double, _ limit: Double) -> Float {
    // A series whose values never deviated has no scale to compare with.
    guard limit > 0 else { return 2 }
    return 1 + Float(Mathematics.log(min(deviation / limit, 1e30)))
  }

  /// Returns the raised score of a row with a finding: above all scores of learned windows, and above those
  /// of the windows that hold the row.
  func score(_ score: Double, _ finding: Finding) -> Double {
    guard score.isFinite else { return score }
    return max(score, raise.ceiling) + raise.spread * Self.step * Double(finding.strength)
  }
}
