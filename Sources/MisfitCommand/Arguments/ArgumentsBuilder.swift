/// A group of flags under one heading in help.
struct Group<Root> {
  let arguments: [Argument<Root>]

  /// Creates a group.
  ///
  /// `common` lists the flags that `--help` shows, by their longest names; `--help-all` shows the others,
  /// too. By default all are common.
  init(
    _ title: String, common: [String]? = nil, @ArgumentsBuilder<Root> _ arguments: () -> [Argument<Root>]
  ) {
    self.arguments = arguments().map { argument in
      var argument = argument
      argument.description.group = title
      argument.description.isRare = common.map { !$0.contains(argument.description.name) } ?? false
      return argument
    }
    let names = self.arguments.map(\.description.name)
    precondition(common?.allSatisfy(names.contains) ?? true, "\(title): a common flag that it does not have")
  }
}

/// A set of fields with their flags, shared by several verbs.
protocol FlagSet {
  /// The declarations of the flags.
  @ArgumentsBuilder<Self> static var arguments: [Argument<Self>] { get }
}

/// A shared set of flags in the list of a verb: `Shared(\.input)`.
struct Shared<Root> {
  let arguments: [Argument<Root>]

  init<Flags: FlagSet>(_ path: WritableKeyPath<Root, Flags>) {
    arguments = Flags.arguments.map { $0.mapped(into: path) }
  }
}

/// Builds a list of arguments from consecutive declarations.
@resultBuilder
enum ArgumentsBuilder<Root> {
  static func buildExpression(_ flag: Flag<Root>) -> [Argument<Root>] { [flag.argument] }
  static func buildExpression(_ flag: Switch<Root>) -> [Argument<Root>] { [flag.argument] }
  static func buildExpression(_ positional: Positional<Root>) -> [Argument<Root>] { [positional.argument] }
  static func buildExpression(_ group: Group<Root>) -> [Argument<Root>] { group.arguments }
  static func buildExpression(_ flags: Shared<Root>) -> [Argument<Root>] { flags.arguments }
  static func buildBlock(_ arguments: [Argument<Root>]...) -> [Argument<Root>] { arguments.flatMap(\.self) }
}
