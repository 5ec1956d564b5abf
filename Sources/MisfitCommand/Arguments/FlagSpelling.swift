/// The parts of a flag's spelling in help: `-o, --output PATH`.
///
/// It is written once, in the declaration of the flag, and parsed when the verb runs.
struct FlagSpelling: Hashable, Sendable {
  /// The names, such as `-o` and `--output`.
  var names: [String] = []
  /// The placeholder of the value, such as `PATH`; nil for a switch.
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
