/// Suggestions for misspelled words.
package enum NearestSpelling {
  /// Returns the candidate most similar to `word`, or nil if none is similar enough.
  ///
  /// A similar word differs in at most a third of the letters (at least one may differ, but not all; dashes
  /// are not letters), without regard to case. If there is none, it is a candidate that begins with `word`,
  /// if that has three letters. Ties go to the first candidate.
  package static func of(_ word: String, among candidates: some Sequence<String>) -> String? {
    let typed = Array(word.lowercased())
    let letterCount = typed.count { $0 != "-" }
    var nearest: String?
    var longer: String?
    var limit = min(max(1, letterCount / 3) + 1, letterCount)
    for candidate in candidates {
      let known = Array(candidate.lowercased())
      if longer == nil, letterCount >= 3, known.starts(with: typed) { longer = candidate }
      guard abs(known.count - typed.count) < limit else { continue }
      let distance = distance(typed, known)
      if distance < limit {
        limit = distance
        nearest = candidate
      }
    }
    return nearest ?? longer
  }

  /// Returns the number of letters to insert, delete, replace or swap with their neighbor to get from one
  /// word to the other.
  ///
  /// The restricted Damerau-Levenshtein distance (optimal string alignment).
  ///
  /// - Complexity: O(letters of one x letters of the other).
  package static func distance<Letter: Equatable>(_ first: [Letter], _ second: [Letter]) -> Int {
    guard !first.isEmpty, !second.isEmpty else { return max(first.count, second.count) }
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for i in 1...first.count {
      var row = [i]
      for j in 1...second.count {
        let change = first[i - 1] == second[j - 1] ? 0 : 1
        var least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change)
        if i > 1, j > 1, first[i - 1] == second[j - 2], first[i - 2] == second[j - 1] {
          least = min(least, beforeLast[j - 2] + 1)
        }
        row.append(least)
      }
      beforeLast = last
      last = row
    }
    return last[second.count]
  }
}
