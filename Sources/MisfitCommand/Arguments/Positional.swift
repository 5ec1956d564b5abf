/// An argument that is identified by its position: `Positional("DATA", \.data, .path, help: "What to learn
/// from.")`.
struct Positional<Root> {
  let argument: Argument<Root>

  /// Creates a required argument.
  init<Value>(
    _ placeholder: String, _ path: WritableKeyPath<Root, Value>, _ kind: ValueKind<Value>, help: String
  ) {
    argument = Argument(
      description: Self.describe(placeholder, kind, count: 1...1, help: help),
      store: { root, text, _ in
        guard let value = kind.read(text) else { return false }
        root[keyPath: path] = value
        return true
      },
      defaultText: { _ in nil })
  }

  /// Creates an optional argument.
  init<Value>(
    _ placeholder: String, _ path: WritableKeyPath<Root, Value?>, _ kind: ValueKind<Value>, help: String
  ) {
    argument = Argument(
      description: Self.describe(placeholder, kind, count: 0...1, help: help),
      store: { root, text, _ in
        guard let value = kind.read(text) else { return false }
        root[keyPath: path] = value
        return true
      },
      defaultText: { _ in nil })
  }

  /// Creates an argument with several values; the arguments after it are assigned theirs first.
  init<Value>(
    _ placeholder: String, each path: WritableKeyPath<Root, [Value]>, _ kind: ValueKind<Value>,
    atLeast least: Int = 0, help: String
  ) {
    argument = Argument(
      description: Self.describe(placeholder, kind, count: least...Int.max, help: help),
      store: { root, text, isFirst in
        guard let value = kind.read(text) else { return false }
        root[keyPath: path] = isFirst ? [value] : root[keyPath: path] + [value]
        return true
      },
      defaultText: { _ in nil })
  }

  private static func describe<Value>(
    _ placeholder: String, _ kind: ValueKind<Value>, count: ClosedRange<Int>, help: String
  ) -> ArgumentDescription {
    var description = ArgumentDescription(form: .positional(count), help: help)
    description.placeholder = placeholder
    description.isRepeatable = true
    description.describe(kind)
    return description
  }
}
