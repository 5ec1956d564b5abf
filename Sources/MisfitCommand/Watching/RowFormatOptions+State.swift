import Misfit
import MisfitStreams

extension RowFormatOptions {
  /// Returns the options of a state, which options that are given again must equal.
  ///
  /// - Throws: ``ArgumentError``.
  func continuing(_ stored: RowFormatOptions, state: String) throws(ArgumentError) -> RowFormatOptions {
    try check("--time", time, stored.time, state)
    try check("--by", Self.text(series), Self.text(stored.series), state)
    try check("--ignore", Self.text(ignored), Self.text(stored.ignored), state)
    try check("--columns", Self.text(watched), Self.text(stored.watched), state)
    try check("--delimiter", delimiter.map(Self.text), stored.delimiter.map(Self.text), state)
    try check("--decimal", decimal.map(Self.text), stored.decimal.map(Self.text), state)
    try check("--thousands", thousands, stored.thousands, state)
    try check("--encoding", encoding, stored.encoding, state)
    try check("--missing-values", Self.text(missingWords ?? []), Self.text(stored.missingWords ?? []), state)
    try check("--keep", Self.text(keptWords ?? []), Self.text(stored.keptWords ?? []), state)
    try check("--header", hasHeader.map(Self.text), stored.hasHeader.map(Self.text), state)
    let orders = (dateOrder.map(Self.text), stored.dateOrder.map(Self.text))
    try check("--date-order", orders.0, orders.1, state)
    return stored
  }

  private func check(
    _ flag: String, _ given: String?, _ stored: String?, _ state: String
  ) throws(ArgumentError) {
    guard let given, given != stored else { return }
    let beginning = stored.map { "with \(flag) \($0)" } ?? "without \(flag)"
    throw ArgumentError(
      .conflict("\(state) began \(beginning)", remedy: "omit \(flag), or use another state file"))
  }

  private static func text(_ names: [String]) -> String? {
    names.isEmpty ? nil : names.joined(separator: ",")
  }

  private static func text(_ order: DateOrder) -> String {
    ValueKind<DateOrder>.dateOrder.write(order) ?? order.rawValue
  }

  private static func text(_ byte: UInt8) -> String {
    byte == 0x09 ? "tab" : String(Character(Unicode.Scalar(byte)))
  }

  private static func text(_ isTrue: Bool) -> String { isTrue ? "(a header)" : "(no header)" }
}
