/// The notation of a column's numbers, if it differs from the plain one, `-1234.5`.
///
/// It reads plain numbers as well; a minus may be a hyphen, U+2212, or the parentheses of accountants.
public struct NumberNotation: Sendable, Hashable, Codable {
  /// Whether the decimal sign is a comma rather than a point.
  public var hasDecimalComma = false
  /// The mark that separates thousands: a point, a comma, an apostrophe or a space, which includes all kinds
  /// of spaces; nil for none.
  public var thousands: String?
  /// The unit of all numbers, which may be omitted: `%`, `$`, `EUR`.
  public var unit: String?
  /// Whether some numbers have parentheses for a minus, or the minus after them.
  public var hasAccountingSigns = false

  /// Creates the plain notation.
  public init() {}

  /// Whether numbers are plain.
  var isPlain: Bool { self == NumberNotation() }

  /// Whether a decimal comma is the only difference from the plain notation.
  var isDecimalComma: Bool { hasDecimalComma && thousands == nil && unit == nil && !hasAccountingSigns }

  var decimal: UInt8 { hasDecimalComma ? UInt8(ascii: ",") : UInt8(ascii: ".") }

  /// Returns the number of a cell; nil if it is not one.
  ///
  /// Numbers with a unit keep it: `45.2%` is 45.2.
  func value(of cell: Span<UInt8>) -> Double? {
    guard let written = WrittenNumber(cell), written.unit == nil || written.unit == unit,
      let value = written.value(self)
    else { return nil }
    // 0.45 among percentages may mean 45 of them.
    return written.unit == unit || value == 0 || !Self.isShare(unit) ? value : nil
  }

  /// Returns whether a unit is one of shares.
  static func isShare(_ unit: String?) -> Bool { unit == "%" || unit == "‰" }

  /// The notation as a suffix: ` with a decimal comma, points between thousands in EUR`.
  var text: String {
    let parts = (hasDecimalComma ? ["a decimal comma"] : []) + marks
    return (parts.isEmpty ? "" : " with \(parts.joined(separator: ", "))") + (unit.map { " in \($0)" } ?? "")
  }

  /// The marks other than digits, the decimal sign and the unit.
  private var marks: [String] {
    var marks: [String] = []
    switch thousands {
    case ","?: marks.append("commas between thousands")
    case "."?: marks.append("points between thousands")
    case "'"?: marks.append("apostrophes between thousands")
    case " "?: marks.append("spaces between thousands")
    default: break
    }
    if hasAccountingSigns { marks.append("negative numbers in parentheses or with the minus after them") }
    return marks
  }

  /// Notes on the notation, for a table: `points between thousands`, `numbers in EUR`.
  public var notes: [String] { marks + (unit.map { ["numbers in \($0)"] } ?? []) }
}
