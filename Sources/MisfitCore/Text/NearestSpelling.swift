/// What somebody probably meant who misspelt a name.
package enum NearestSpelling {
  /// The candidate nearest to `text`, or nil where none is near enough to be meant.
  ///
  /// Near is: the same but for case, a longer name that begins with at least three letters of `text`, or at most a third of the letters
  /// changed, missing, surplus or swapped with their neighbour. Of equally near ones the first wins.
  ///
  /// - Complexity: O(number of candidates x length^2).
  package static func of(_ text: String, among candidates: [String]) -> String? {
    let typed = Array(text.lowercased())
    let letterCount = typed.count { $0 != "-" }
    let allowed = max(1, letterCount / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let name = Array(candidate.lowercased())
      guard abs(name.count - typed.count) <= allowed else { continue }
      let distance = distance(from: typed, to: name)
      if distance <= allowed, distance < letterCount, distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    if let best { return best.name }
    guard letterCount >= 3 else { return nil }
    return candidates.first { $0.lowercased().hasPrefix(text.lowercased()) }
  }

  /// The least number of insertions, deletions, substitutions and swaps of neighbours that make `a` into `b`.
  ///
  /// Each place is edited at most once ("optimal string alignment"), which is how slips of the finger happen.
  static func distance(from a: [Character], to b: [Character]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var current = [i]
      for j in 1...b.count {
        var cost = min(last[j] + 1, current[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          cost = min(cost, beforeLast[j - 2] + 1)
        }
        current.append(cost)
      }
      (beforeLast, last) = (last, current)
    }
    return last[b.count]
  }
}
