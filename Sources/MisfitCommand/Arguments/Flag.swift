/// A flag with a value: `Flag("-o, --output PATH", \.output, .path, help: "Path of the model.")`.
///
/// The default is the field's value in a new verb. The placeholder represents the value in help.
struct Flag<Root> {
  let argument: Argument<Root>

  /// Creates a flag that may be given once.
  init<Value>(
    _ spelling: String, _ path: WritableKeyPath<Root, Value>, _ kind: ValueKind<Value>,
    isRequired: Bool = false, otherwise: String? = nil, synonyms: [String] = [], help: String
  ) {
    argument = Argument(
      description: Self.describe(
        spelling, kind, isRequired: isRequired, otherwise: otherwise, synonyms: synonyms, help: help),
      store: { root, text, _ in
        guard let value = kind.read(text) else { return false }
        root[keyPath: path] = value
        return true
      },
      defaultText: { kind.write($0[keyPath: path]) })
  }

  /// Creates a flag that may be given once, and is nil otherwise.
  init<Value>(
    _ spelling: String, _ path: WritableKeyPath<Root, Value?>, _ kind: ValueKind<Value>,
    isRequired: Bool = false, otherwise: String? = nil, synonyms: [String] = [], help: String
  ) {
    argument = Argument(
      description: Self.describe(
        spelling, kind, isRequired: isRequired, otherwise: otherwise, synonyms: synonyms, help: help),
      store: { root, text, _ in
        guard let value = kind.read(text) else { return false }
        root[keyPath: path] = value
        return true
      },
      defaultText: { $0[keyPath: path].flatMap(kind.write) })
  }

  /// Creates a flag that may be repeated, each time with one more value; the first one replaces the default.
  init<Value>(
    _ spelling: String, each path: WritableKeyPath<Root, [Value]>, _ kind: ValueKind<Value>,
    isRequired: Bool = false, otherwise: String? = nil, synonyms: [String] = [], help: String
  ) {
    let single = kind.map({ [$0] }, back: { $0.count == 1 ? $0[0] : nil })
    self.init(
      spelling, all: path, single, isRequired: isRequired, otherwise: otherwise, synonyms: synonyms,
      help: help)
  }

  /// Creates a flag that may be repeated, each time with a list; the first one replaces the default.
  init<Value>(
    _ spelling: String, all path: WritableKeyPath<Root, [Value]>, _ kind: ValueKind<[Value]>,
    isRequired: Bool = false, otherwise: String? = nil, synonyms: [String] = [], help: String
  ) {
    var description = Self.describe(
      spelling, kind, isRequired: isRequired, otherwise: otherwise, synonyms: synonyms, help: help)
    description.isRepeatable = true
    argument = Argument(
      description: description,
      store: { root, text, isFirst in
        guard let values = kind.read(text) else { return false }
        root[keyPath: path] = isFirst ? values : root[keyPath: path] + values
        return true
      },
      defaultText: { kind.write($0[keyPath: path]) })
  }

  private static func describe<Value>(
    _ spelling: String, _ kind: ValueKind<Value>, isRequired: Bool, otherwise: String?, synonyms: [String],
    help: String
  ) -> ArgumentDescription {
    let spelling = FlagSpelling(spelling)
    var description = ArgumentDescription(form: .flag, help: help)
    description.names = spelling.names
    description.placeholder = spelling.placeholder ?? "VALUE"
    description.synonyms = synonyms
    description.isRequired = isRequired
    description.otherwise = otherwise
    description.describe(kind)
    return description
  }
}
