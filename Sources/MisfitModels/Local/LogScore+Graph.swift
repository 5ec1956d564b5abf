import MisfitONNX

extension LogScore {
  /// Returns the standardized scores of raw scores in a graph: both [N, 1].
  func graph(_ scores: GraphValue) -> GraphValue {
    (scores.atLeast(floor).logarithm - mean) / (deviation + 0.05)
  }

  /// Returns the mean of several component scores: [N, 1].
  static func mean(of raw: [GraphValue], by scores: [LogScore]) -> GraphValue {
    let values = zip(scores, raw).map { $0.graph($1) }
    guard let first = values.first else { return raw[0] * 0 }
    return values.dropFirst().reduce(first) { $0 + $1 } / Double(values.count)
  }
}
