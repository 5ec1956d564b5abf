import MisfitCore

extension SegmentScores {
  /// Returns the segments whose rows score higher than others.
  ///
  /// Each row counts by the negative logarithm of the share of rows that score at least as high, so that many
  /// slightly high scores and a few very high ones both show. The sum over a segment is compared with that of
  /// as many rows drawn at random, without replacement: from all rows or, if rows are compared with earlier
  /// ones, from the rows of the same segment. Benjamini and Hochberg's procedure chooses the segments. Of
  /// these, the one with the smallest p-value explains its rows; the others are tested again without them.
  ///
  /// - Complexity: O(s n log n) for n rows and s subsets of the columns, 15 for four.
  package func analysis() -> SegmentAnalysis {
    let isCompared = referenceCount > 0
    let candidates = candidates(includesAll: isCompared)
    var test = SegmentTest(self)
    let plain = candidates.map { test.logPValue(of: $0) }
    let order = plain.indices.sorted { (plain[$0], $0) < (plain[$1], $1) }
    let rates = Self.falseDiscoveryRates(plain, order)
    var pending = order.filter { rates[$0] <= SegmentAnalysis.falseDiscoveryRate }
    let limit = pending.last.map { plain[$0] } ?? -.infinity
    var current = plain
    var ranked: [Int] = []
    while let best = pending.min(by: { (current[$0], $0) < (current[$1], $1) }), current[best] <= limit,
      ranked.count < SegmentAnalysis.rankLimit
    {
      ranked.append(best)
      test.exclude(candidates[best])
      pending.removeAll { $0 == best }
      for index in pending where candidates[index].overlaps(candidates[best]) || !isCompared {
        current[index] = test.logPValue(of: candidates[index])
      }
    }
    let ranks = Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($1, $0 + 1) })
    let all = SegmentTest(self)
    let listed = ranked + order.filter { ranks[$0] == nil }
    return SegmentAnalysis(
      columns: columns, rowCount: rowCount - referenceCount, testedCount: candidates.count,
      segments: listed.map { index in
        all.segment(candidates[index], logPValue: plain[index], rate: rates[index], rank: ranks[index])
      }, isTooFine: isTooFine, isCompared: isCompared)
  }

  /// Returns the smallest rate at which each test is found.
  private static func falseDiscoveryRates(_ logarithms: [Double], _ order: [Int]) -> [Double] {
    var rates = Array(repeating: 1.0, count: logarithms.count)
    var least = 1.0
    for (place, index) in order.enumerated().reversed() {
      least = min(least, Mathematics.exp(logarithms[index]) * Double(order.count) / Double(place + 1))
      rates[index] = least
    }
    return rates
  }

  /// The rows that have some values in common.
  struct Candidate {
    /// The indices of the columns of the values.
    var columns: [Int]
    /// The texts of the values.
    var texts: [String]
    /// The indices of the rows, ascending.
    var rows: [Int32]

    /// Whether rows may be of both.
    func overlaps(_ other: Candidate) -> Bool {
      zip(columns, texts).allSatisfy { column, text in
        other.columns.firstIndex(of: column).map { other.texts[$0] == text } ?? true
      }
    }
  }

  /// Returns the segments to test, of single columns first.
  ///
  /// A segment with the same rows as one of fewer columns is left out.
  private func candidates(includesAll: Bool) -> [Candidate] {
    var all: [Candidate] = []
    var counts: [[Int]: [[String]: Int]] = [:]
    for subset in Self.subsets(ofCount: columns.count) where includesAll || !subset.isEmpty {
      let groups = groups(of: subset)
      counts[subset] = Dictionary(uniqueKeysWithValues: groups.map { ($0.texts, $0.rows.count) })
      for group in groups {
        let isRepeated = subset.indices.contains { place in
          var (columns, texts) = (subset, group.texts)
          columns.remove(at: place)
          texts.remove(at: place)
          return counts[columns]?[texts] == group.rows.count
        }
        let compared = group.rows.count { Int($0) >= referenceCount }
        let others = referenceCount > 0 ? group.rows.count - compared : rowCount - compared
        guard !isRepeated, compared >= SegmentAnalysis.leastRowCount, others >= SegmentAnalysis.leastRowCount
        else { continue }
        all.append(group)
      }
    }
    return all
  }

  /// Returns all sets of columns, the smaller ones first.
  private static func subsets(ofCount count: Int) -> [[Int]] {
    var subsets: [[Int]] = [[]]
    for column in 0..<count {
      for subset in subsets { subsets.append(subset + [column]) }
    }
    return (0...count).flatMap { size in subsets.filter { $0.count == size } }
  }

  /// Returns the groups of rows with the same values of some columns, in the order of their first rows.
  private func groups(of subset: [Int]) -> [Candidate] {
    var indices: [[String]: Int] = [:]
    var groups: [Candidate] = []
    let groupOfCombination = values.map { texts -> Int in
      let key = subset.map { texts[$0] }
      if let known = indices[key] { return known }
      indices[key] = groups.count
      groups.append(Candidate(columns: subset, texts: key, rows: []))
      return groups.count - 1
    }
    for (row, combination) in combinations.enumerated() {
      groups[groupOfCombination[Int(combination)]].rows.append(Int32(row))
    }
    return groups
  }
}
