/// Returns the positions of the scores from best to worst; ties by position.
///
/// - Precondition: no score is NaN.
func rankedPositions(_ scores: [Double], order: RankingOrder) -> [Int] {
  scores.indices.sorted { a, b in
    if scores[a] == scores[b] { return a < b }
    return order == .largest ? scores[a] > scores[b] : scores[a] < scores[b]
  }
}

/// Returns the rank of each score from 1; ties share the mean of their ranks (SciPy's `rankdata`).
///
/// - Precondition: no score is NaN.
/// - Complexity: O(n log n).
func averageRanks(_ scores: [Double], order: RankingOrder = .smallest) -> [Double] {
  let positions = rankedPositions(scores, order: order)
  var ranks = [Double](repeating: 0, count: scores.count)
  var start = 0
  while start < positions.count {
    var end = start + 1
    while end < positions.count, scores[positions[end]] == scores[positions[start]] { end += 1 }
    for index in start..<end { ranks[positions[index]] = Double(start + 1 + end) / 2 }
    start = end
  }
  return ranks
}
