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

  /// Returns whether two levels are 0 and 1.
  static func areDigits(_ levels: [String]) -> Bool { levels.map(word) == ["0", "1"] }

  /// The usual writings of no and yes, with 0 or 1 for each: `no`, `No`, `NO`.
  static var writings: [(text: String, index: Int)] {
    (pairs + [("0.0", "1.0")]).flatMap { pair in
      [(pair.0, 0), (pair.1, 1)].flatMap { text, index in
        [text, text.uppercased(), text.prefix(1).uppercased() + text.dropFirst()].map { ($0, index) }
      }
    }
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
