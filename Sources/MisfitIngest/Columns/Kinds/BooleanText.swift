/// Pairs of words for no and yes, in any case; `0.0` and `1.0` count as 0 and 1.
enum BooleanText {
  private static let pairs = [
    ("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"), ("off", "on"), ("0", "1"),
  ]

  /// Returns the pair of two levels with the one for no first; nil if they are not such a pair.
  static func pair(_ a: String, _ b: String) -> (no: String, yes: String)? {
    let (x, y) = (word(a), word(b))
    if pairs.contains(where: { $0 == (x, y) }) { return (a, b) }
    if pairs.contains(where: { $0 == (y, x) }) { return (b, a) }
    return nil
  }

  /// Returns whether a cell means yes; nil if it means neither yes nor no.
  static func read(_ cell: Span<UInt8>) -> Bool? {
    guard cell.count <= 5 else { return nil }
    let text = word(String(decoding: cell.indices.map { cell[$0] }, as: UTF8.self))
    return pairs.contains { $0.0 == text } ? false : pairs.contains { $0.1 == text } ? true : nil
  }

  /// Programs write a column of 0 and 1 as fractions if one of its cells is missing.
  private static func word(_ text: String) -> String {
    switch text {
    case "0.0": "0"
    case "1.0": "1"
    default: text.lowercased()
    }
  }
}
