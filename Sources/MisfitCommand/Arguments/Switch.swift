/// A flag without a value: `Switch("-q, --quiet", \.isQuiet, help: "No notes, no progress.")`.
struct Switch<Root> {
  let argument: Argument<Root>

  /// Creates a switch that sets a field to a value.
  init<Value>(
    _ spelling: String, _ path: WritableKeyPath<Root, Value>, sets value: Value, synonyms: [String] = [],
    help: String
  ) {
    var description = ArgumentDescription(form: .switch, help: help)
    description.names = FlagSpelling(spelling).names
    description.synonyms = synonyms
    description.isRepeatable = true
    argument = Argument(
      description: description,
      store: { root, _, _ in
        root[keyPath: path] = value
        return true
      },
      defaultText: { _ in nil })
  }

  /// Creates a switch that sets a field to true.
  init(_ spelling: String, _ path: WritableKeyPath<Root, Bool>, synonyms: [String] = [], help: String) {
    self.init(spelling, path, sets: true, synonyms: synonyms, help: help)
  }
}
