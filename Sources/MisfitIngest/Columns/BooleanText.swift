/// Pairs of words for no and yes, whatever the case of their letters; `0.0` and `1.0` are the numbers that they are.
enum BooleanText {
  private static let pairs = [
    ("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"), ("off", "on"), ("0", "1"),
  ]

  /// Whether two levels are such a pair; then the one for no stands first.
  static func pair(_ a: String, _ b: String) -> (no: String, yes: String)? {
    let (x, y) = (word(a), word(b))
    if pairs.contains(where: { $0 == (x, y) }) { return (a, b) }
    if pairs.contains(where: { $0 == (y, x) }) { return (b, a) }
    return nil
  }

  /// Whether a cell says yes; nil where it says neither.
  static func read(_ cell: Span<UInt8>) -> Bool? {
    guard cell.count <= 5 else { return nil }
    let text = word(String(decoding: cell.indices.map { cell[$0] }, as: UTF8.self))
    return pairs.contains { $0.0 == text } ? false : pairs.contains { $0.1 == text } ? true : nil
  }

  /// Programs write a column of 0 and 1 with fractions as soon as a cell of it is missing.
  private static func word(_ text: String) -> String {
    switch text {
    case "0.0": "0"
    case "1.0": "1"
    default: text.lowercased()
    }
  }
}
