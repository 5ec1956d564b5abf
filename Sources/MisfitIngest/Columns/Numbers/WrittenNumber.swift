/// A cell with one number as people write it: with a sign, a unit, and marks between its digits.
struct WrittenNumber {
  /// Whether it has a minus, of any kind.
  private(set) var isNegative = false
  /// Whether the minus is written as accountants do: as parentheses, or after the number.
  private(set) var hasAccountingSign = false
  /// Whether its minus is U+2212 or a dash rather than a hyphen.
  private(set) var hasOtherMinus = false
  /// The unit: `%`, `‰`, or the sign or code of a currency.
  private(set) var unit: String?
  /// The digits and the marks between them, with all kinds of spaces as one and all apostrophes as one, and
  /// the exponent if there is one.
  private(set) var body: [UInt8] = []

  private static let byteLimit = 64

  /// Reads a cell; nil if it is not a number.
  init?(_ cell: Span<UInt8>) {
    guard cell.count <= Self.byteLimit, Self.mayBeNumber(cell) else { return nil }
    self.init(String(decoding: cell.indices.map { cell[$0] }, as: UTF8.self))
  }

  /// Reads a text; nil if it is not a number.
  init?(_ text: String) {
    var scalars = text.unicodeScalars.map(Self.plain)[...]
    var hasSign = false
    // Signs, units and spaces may be in any order around the digits.
    while takeOuter(&scalars, &hasSign) {}
    hasOtherMinus = isNegative && !hasAccountingSign && !text.utf8.contains(UInt8(ascii: "-"))
    guard !scalars.isEmpty, scalars.allSatisfy({ $0.isDigit || ".,' eE+-".unicodeScalars.contains($0) })
    else {
      return nil
    }
    body = scalars.map { UInt8($0.value) }
  }

  /// Returns whether a cell may be a number, quickly: it has a digit, hardly a letter, and no mark of dates.
  private static func mayBeNumber(_ cell: Span<UInt8>) -> Bool {
    var (digitCount, letterCount, hyphenCount) = (0, 0, 0)
    for index in cell.indices {
      switch cell[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digitCount += 1
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): letterCount += 1
      case UInt8(ascii: "-"): hyphenCount += 1
      case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "#"):
        return false
      default: break
      }
    }
    // A currency has at most four letters, an exponent one; a second hyphen is in an exponent.
    return digitCount > 0 && letterCount <= 5 && hyphenCount <= (letterCount > 0 ? 2 : 1)
  }

  /// Takes a space, a sign or a unit from either end; false if there is none.
  private mutating func takeOuter(_ scalars: inout ArraySlice<Unicode.Scalar>, _ hasSign: inout Bool) -> Bool
  {
    guard let first = scalars.first, let last = scalars.last else { return false }
    if first == " " {
      scalars.removeFirst()
    } else if last == " " {
      scalars.removeLast()
    } else if first == "(", last == ")", !hasSign {
      scalars = scalars.dropFirst().dropLast()
      (isNegative, hasAccountingSign, hasSign) = (true, true, true)
    } else if first == "-" || first == "+", !hasSign {
      scalars.removeFirst()
      (isNegative, hasSign) = (first == "-", true)
    } else if last == "-", !hasSign {
      scalars.removeLast()
      (isNegative, hasAccountingSign, hasSign) = (true, true, true)
    } else {
      return takeUnit(&scalars)
    }
    return true
  }

  // MARK: Units

  /// Takes the unit at either end; false if there is none, or one was taken before.
  private mutating func takeUnit(_ scalars: inout ArraySlice<Unicode.Scalar>) -> Bool {
    guard unit == nil else { return false }
    let isInside: (Unicode.Scalar) -> Bool = { $0.isDigit || "+-() ".unicodeScalars.contains($0) }
    let end = scalars.firstIndex { isInside($0) || $0 == "." || $0 == "," } ?? scalars.endIndex
    if let found = Self.currency(scalars[..<end]) {
      unit = found
      scalars = scalars[end...]
      return true
    }
    let start = scalars.lastIndex(where: isInside).map { $0 + 1 } ?? scalars.startIndex
    let text = scalars[start...]
    guard let found = Self.percent(text) ?? Self.currency(text) else { return false }
    unit = found
    scalars = scalars[..<start]
    return true
  }

  private static func percent(_ scalars: ArraySlice<Unicode.Scalar>) -> String? {
    guard scalars.count == 1, let only = scalars.first, only == "%" || only == "‰" else { return nil }
    return String(Character(only))
  }

  /// Reads signs of currencies, with letters before them as in `US$`, and the codes and words in use with
  /// numbers.
  private static func currency(_ scalars: ArraySlice<Unicode.Scalar>) -> String? {
    guard (1...4).contains(scalars.count) else { return nil }
    let text = String(String.UnicodeScalarView(scalars))
    let signs = scalars.filter { $0.properties.generalCategory == .currencySymbol }
    if signs.count == 1, scalars.allSatisfy({ $0 == signs[0] || ("A"..."Z").contains($0) }) { return text }
    return words.contains(text) ? text : nil
  }

  private static let words: Set<String> = [
    "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "RMB", "INR", "AUD", "NZD", "CAD", "SEK", "NOK", "DKK", "PLN",
    "CZK",
    "HUF", "RON", "BGN", "TRY", "RUB", "UAH", "ILS", "AED", "SAR", "ZAR", "BRL", "MXN", "ARS", "CLP", "COP",
    "KRW",
    "TWD", "HKD", "SGD", "THB", "IDR", "MYR", "PHP", "VND", "EGP", "NGN", "KES", "kr", "kr.", "Kr", "Kč",
    "zł", "Ft",
    "lei", "Rs", "Rs.", "Fr", "Fr.", "SFr.", "TL", "руб", "руб.", "Euro",
  ]

  /// Returns a scalar with the variants of spaces, hyphens and apostrophes unified.
  private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "\t", "\r", "\n", "\u{a0}", "\u{2000}"..."\u{200a}", "\u{202f}", "\u{205f}", "\u{3000}": " "
    case "\u{2010}"..."\u{2013}", "\u{2212}", "\u{fe63}", "\u{ff0d}": "-"
    case "\u{2019}", "\u{02bc}", "\u{b4}", "`": "'"
    default: scalar
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
