import MisfitCore

/// References that seem ordinary only because they have each other.
///
/// Odd rows that keep close company have small distances to their neighbours, and large ones to the crowd. A
/// lone odd row has large distances to both: it excuses no other row, and stays, since ordinary rows at the
/// edge are just such rows.
enum ExcusedReferences {
  /// Ranges of the quartiles above the third, from which on a difference is out of the ordinary.
  static let fence = 2.0
  /// Only what the crowd finds odder than this is left out, in deviations of all rows.
  static let oddness = 1.0

  /// Which references are kept.
  ///
  /// Left out are those whose score by the crowd is above ``oddness``, and above that by their neighbours by
  /// more than is usual (Tukey's fence, "Exploratory data analysis", 1977): a quarter at the most.
  ///
  /// - Precondition: a score of each reference by both, left out of its own neighbours.
  static func kept(crowd: [Double], local: [Double]) -> [Bool] {
    precondition(crowd.count == local.count && !crowd.isEmpty, "two scores a reference")
    let differences = zip(crowd, local).map { $0 - $1 }
    let sorted = differences.sorted()
    let lower = SortedValues.lowerQuantile(0.25, sorted)
    let upper = SortedValues.lowerQuantile(0.75, sorted)
    let limit = upper + fence * (upper - lower)
    return zip(crowd, differences).map { $0 <= oddness || $1 <= limit }
  }
}
