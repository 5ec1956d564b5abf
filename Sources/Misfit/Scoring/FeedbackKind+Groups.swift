import MisfitCore
import MisfitIngest

extension FeedbackKind {
  /// Returns the kinds of the marked rows of feedback: rows of one class that are anomalous in the same
  /// columns, and whose values have no wide gap in the column that is most to blame.
  static func kinds(
    of feedback: Feedback, schema: Schema, comparesResiduals: Bool
  ) -> [FeedbackKind] {
    groups(of: feedback.rows)
      .flatMap { split($0, of: feedback.rows, schema) }
      .map {
        FeedbackKind(
          $0, of: feedback.rows, schema: schema, scale: feedback.scale, comparesResiduals: comparesResiduals)
      }
  }

  /// The cosine of shares from which on rows are anomalous in the same columns.
  private static let likeBlame = 0.8

  /// Returns the indices of rows that are anomalous in the same columns, each row in the first such group.
  private static func groups(of rows: [FeedbackRow]) -> [[Int]] {
    var groups: [(rows: [Int], sum: [Double])] = []
    for (index, row) in rows.enumerated() {
      let roots = roots(row.shares)
      let own = unit(roots)
      let place = groups.firstIndex { group in
        let cosine = zip(own, unit(group.sum)).reduce(0) { $0 + $1.0 * $1.1 }
        return rows[group.rows[0]].verdict == row.verdict && cosine > likeBlame
      }
      guard let place else {
        groups.append(([index], roots))
        continue
      }
      groups[place].rows.append(index)
      groups[place].sum = sum([groups[place].sum, roots])
    }
    return groups.map(\.rows)
  }

  /// Returns the parts of a group between which the values of the column with the largest share have a gap of
  /// more than three times the range of each part.
  private static func split(_ group: [Int], of rows: [FeedbackRow], _ schema: Schema) -> [[Int]] {
    let shares = sum(group.map { rows[$0].shares.map { Double($0) } })
    guard let worst = shares.indices.max(by: { (shares[$0], $1) < (shares[$1], $0) }) else { return [group] }
    let inputs = schema.inputs(of: worst)
    guard group.count > 1, inputs.count == 1, let input = inputs.first else { return [group] }
    func value(_ row: Int) -> Double { Double(rows[row].values[input]) }
    guard group.allSatisfy({ !value($0).isNaN }) else { return [group] }
    let sorted = group.sorted { (value($0), $0) < (value($1), $1) }
    let gaps = zip(sorted, sorted.dropFirst()).map { value($1) - value($0) }
    guard let widest = gaps.indices.max(by: { (gaps[$0], $1) < (gaps[$1], $0) }) else { return [group] }
    let (low, high) = (Array(sorted[...widest]), Array(sorted[(widest + 1)...]))
    let ranges = [low, high].map { value($0[$0.count - 1]) - value($0[0]) }
    let least = 2 * usualSpread * schema.spread(of: worst)
    guard gaps[widest] > 3 * max(ranges[0], ranges[1], least) else { return [group] }
    return split(low.sorted(), of: rows, schema) + split(high.sorted(), of: rows, schema)
  }
}
