/// Flags under one heading in help.
struct Group<Root> {
  let arguments: [Argument<Root>]

  init(_ title: String, @ArgumentsBuilder<Root> _ arguments: () -> [Argument<Root>]) {
    self.arguments = arguments().map { argument in
      var argument = argument
      argument.description.group = title
      return argument
    }
  }
}

/// Fields with their flags, which several verbs have.
protocol FlagSet {
  /// The flags, once.
  @ArgumentsBuilder<Self> static var arguments: [Argument<Self>] { get }
}

/// A set of flags in a verb's own list: `Shared(\.input)`.
struct Shared<Root> {
  let arguments: [Argument<Root>]

  init<Flags: FlagSet>(_ path: WritableKeyPath<Root, Flags>) {
    arguments = Flags.arguments.map { $0.mapped(into: path) }
  }
}

/// Makes a list of arguments out of declarations that stand below each other.
@resultBuilder
enum ArgumentsBuilder<Root> {
  static func buildExpression(_ flag: Flag<Root>) -> [Argument<Root>] { [flag.argument] }
  static func buildExpression(_ flag: Switch<Root>) -> [Argument<Root>] { [flag.argument] }
  static func buildExpression(_ positional: Positional<Root>) -> [Argument<Root>] { [positional.argument] }
  static func buildExpression(_ group: Group<Root>) -> [Argument<Root>] { group.arguments }
  static func buildExpression(_ flags: Shared<Root>) -> [Argument<Root>] { flags.arguments }
  static func buildBlock(_ arguments: [Argument<Root>]...) -> [Argument<Root>] { arguments.flatMap(\.self) }
}
