import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitReports

/// A comparison of the worst samples with the others, column by column: each column's mean share of the
/// error, and its mean value.
///
/// It takes one pass. The worst samples are kept until the end, a hundredth of all but at most ``keptLimit``;
/// of the others only sums are kept. Samples without an error (NaN) and values that are not numbers are left
/// out.
package struct GroupReasons: Sendable {
  /// The means of one column in both groups.
  package struct Column: Sendable, Hashable {
    /// The name of the column.
    package var feature: String
    /// The mean share of the worst samples' errors.
    package var worstShare: Double
    /// The mean share of the others' errors.
    package var otherShare: Double
    /// The mean value of the worst samples, in the data's own units; nil if there is none.
    package var worstMean: Double?
    /// The mean value of the others, in the data's own units; nil if there is none.
    package var otherMean: Double?

    /// The mean value of the worst samples minus that of the others.
    package var difference: Double? {
      guard let worstMean, let otherMean else { return nil }
      return worstMean - otherMean
    }
  }

  /// The share of the samples that count as the worst.
  package static let worstShare = 0.01
  /// The maximum number of samples that are kept, for at most a hundred columns; fewer for more columns.
  package static let keptLimit = 10_000

  private struct Row: Sendable {
    var shares: [Double]
    var values: [Double]
  }

  /// Sums of shares and values over rows.
  private struct Sums: Sendable {
    var shares: [Double]
    var values: [Double]
    var valueCounts: [Int]
    var count = 0

    init(width: Int) {
      shares = Array(repeating: 0, count: width)
      values = shares
      valueCounts = Array(repeating: 0, count: width)
    }

    /// Adds a row, or subtracts it with a sign of -1.
    mutating func add(_ row: Row, times sign: Int = 1) {
      count += sign
      for column in shares.indices {
        shares[column] += Double(sign) * row.shares[column]
        guard row.values[column].isFinite else { continue }
        values[column] += Double(sign) * row.values[column]
        valueCounts[column] += sign
      }
    }

    func mean(_ column: Int) -> Double? {
      valueCounts[column] > 0 ? values[column] / Double(valueCounts[column]) : nil
    }
  }

  private let names: [String]
  private var all: Sums
  private var worst: TopK<Row>

  /// Creates empty groups for a detector; nil for images, whose pixels are not reasons.
  package init?(_ detector: Detector) {
    guard detector.schema.shape.imageExtents == nil else { return nil }
    let width = detector.schema.shape.elementCount
    names = (0..<width).map { detector.schema.featureName(at: $0) }
    all = Sums(width: width)
    worst = TopK(max(1, min(Self.keptLimit, Self.keptLimit * 100 / max(width, 1))))
  }

  /// Adds the samples of a batch.
  package mutating func update(_ batch: ScoredBatch) {
    for index in 0..<batch.count {
      let error = batch.score(at: index)
      guard !error.isNaN else { continue }
      let row = Row(shares: batch.featureShares(at: index), values: batch.values(at: index))
      all.add(row)
      worst.update(score: error, row: batch.record(at: index), payload: row)
    }
  }

  /// The number of worst samples: at least one, but not all.
  package var worstCount: Int {
    let wanted = max(1, Int((Double(all.count) * Self.worstShare).rounded()))
    return max(0, min(wanted, worst.limit, all.count - 1))
  }

  /// The number of the other samples.
  package var otherCount: Int { all.count - worstCount }

  /// The columns, by how much larger their share of the error is among the worst samples, largest first;
  /// empty for fewer than two samples.
  package var columns: [Column] {
    let count = worstCount
    guard count > 0 else { return [] }
    var group = Sums(width: names.count)
    var others = all
    for row in worst.ranking.prefix(count) {
      group.add(row.payload)
      others.add(row.payload, times: -1)
    }
    return names.indices.map { column in
      Column(
        feature: names[column], worstShare: group.shares[column] / Double(count),
        otherShare: max(0, others.shares[column] / Double(others.count)), worstMean: group.mean(column),
        otherMean: others.mean(column))
    }.sorted { ($1.worstShare - $1.otherShare) < ($0.worstShare - $0.otherShare) }
  }

  /// The groups as JSON.
  package var json: JSONObject {
    [
      "worst": JSONValue(worstCount), "others": JSONValue(otherCount),
      "columns": .array(
        columns.map { column in
          [
            "feature": JSONValue(column.feature), "worstShare": JSONValue(column.worstShare),
            "otherShare": JSONValue(column.otherShare), "worstMean": JSONValue(column.worstMean),
            "otherMean": JSONValue(column.otherMean), "difference": JSONValue(column.difference),
          ]
        }),
    ]
  }
}
