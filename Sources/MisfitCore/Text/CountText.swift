/// Counts of things in sentences.
package enum CountText {
  /// Returns a count with its noun: `1 row`, `2,000 rows`.
  package static func of(_ count: Int, _ noun: String) -> String {
    "\(NumberText.grouped(count)) \(plural(noun, count))"
  }

  /// Returns the noun, with an `s` unless the count is 1.
  package static func plural(_ noun: String, _ count: Int) -> String { count == 1 ? noun : noun + "s" }
}
