import MisfitCore

/// A share of the rows, or a file of rows: the value of `--validation`.
enum ShareOrFile: Hashable, Sendable {
  /// A share of at least 0 and below 1.
  case share(Double)
  case file(String)
}

extension ValueKind where Value == ShareOrFile {
  /// A share, `0.1` or `10%`, or a path.
  static var shareOrFile: ValueKind {
    ValueKind(
      expectation: "a share from 0 to below 1 (0.1, 10%) or the path of a file", example: "0.1",
      read: read,
      write: { value in
        switch value {
        case .share(let share): NumberText.significant(share, digits: 6)
        case .file(let path): path
        }
      },
      hint: { text in text.isEmpty ? nil : "if that is a file, write its path as ./\(text)" })
  }

  private static func read(_ text: String) -> ShareOrFile? {
    guard !text.isEmpty else { return nil }
    let isPercentage = text.hasSuffix("%")
    guard let number = Double(isPercentage ? text.dropLast() : text[...]) else { return .file(text) }
    let share = isPercentage ? number / 100 : number
    return share >= 0 && share < 1 ? .share(share) : nil
  }
}
