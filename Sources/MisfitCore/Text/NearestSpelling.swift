/// The known word that somebody who wrote an unknown one probably meant.
package enum NearestSpelling {
  /// The candidate nearest to `word`, or nil where none is near enough.
  ///
  /// Near is: at most a third of the letters changed (at least one may be, but not all; dashes are no
  /// letters), upper and lower case being the same. Where there is none, a candidate that begins with `word`,
  /// if that has three letters. Between equals the first wins.
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

  /// The number of letters to insert, delete, change or swap with their neighbour on the way from one word to
  /// the other.
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
