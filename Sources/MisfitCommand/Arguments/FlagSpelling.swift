/// A flag as help shows it, taken apart: `-o, --output PATH`.
///
/// It is written once, where the flag is declared, and read once, when the verb that has it runs.
struct FlagSpelling: Hashable, Sendable {
  /// `-o` and `--output`.
  var names: [String] = []
  /// `PATH`; nil for a switch.
  var placeholder: String?

  init(_ text: String) {
    for part in text.split(separator: " ") {
      if part.hasPrefix("-") {
        names.append(String(part.hasSuffix(",") ? part.dropLast() : part))
      } else {
        placeholder = String(part)
      }
    }
  }
}
