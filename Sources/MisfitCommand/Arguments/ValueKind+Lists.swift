extension ValueKind where Value == [Int] {
  /// Whole numbers of at least 1, separated by commas: `16,4`.
  static var counts: ValueKind {
    ValueKind(
      expectation: "a list of whole numbers of at least 1, such as 16,4", example: "16,4",
      read: { text in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0).flatMap { $0 >= 1 ? $0 : nil } }
        return numbers.count == parts.count ? numbers : nil
      },
      write: { $0.isEmpty ? nil : $0.map(String.init).joined(separator: ",") },
      hint: { $0.contains(" ") ? "separate the numbers by commas alone, without spaces" : nil })
  }
}

extension ValueKind where Value == [String] {
  /// Names separated by commas; a name that contains a comma is in double quotes: `a,"b, c"`.
  static var names: ValueKind {
    ValueKind(
      expectation: "a list of names separated by commas", example: "first,second", read: splitNames,
      write: { $0.isEmpty ? nil : $0.joined(separator: ",") },
      hint: { text in text.contains("\"") ? "close the quote, or omit quotes" : nil })
  }

  private static func splitNames(_ text: String) -> [String]? {
    var names = [""]
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: names.append("")
      default: names[names.count - 1].append(character)
      }
    }
    return isQuoted || names.contains("") ? nil : names
  }
}
