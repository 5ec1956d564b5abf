import Misfit

/// The flags that decide what fails a check.
struct CheckFlags: FlagSet {
  var alpha: Double?
  var budget: AlarmBudget?
  var level = 0.01
  var leastShift = 0.1
  var allowed: [CheckFinding.Kind] = []

  static var arguments: [Argument<CheckFlags>] {
    Group("Decision") {
      Flag(
        "--alpha RATE", \.alpha, .number(between: 0, and: 1), otherwise: "0.01",
        help: "The share of normal rows that may be flagged.")
      Flag(
        "--budget N[/day]", \.budget, .alarmBudget,
        help:
          """
          The number of rows that may be flagged in normal data, instead of --alpha. With /day, it is \
          multiplied by the days that occur in the first column of dates; data without dates is one day.
          """
      )
      Flag(
        "--level RATE", \.level, .number(between: 0, and: 1),
        help:
          """
          The share of files of normal data that may fail. Half of it is the false discovery rate of all \
          tests of columns together (Benjamini and Hochberg), the other half is for the flagged rows.
          """
      )
      Flag(
        "--shift SHARE", \.leastShift, .number(between: 0, and: 1),
        help:
          """
          The least drift that fails, however sure it is: the share of the rows that would have to move for \
          the column to be distributed as in training.
          """
      )
      Flag(
        "--allow KINDS", all: \.allowed, .findingKinds,
        help:
          """
          Kinds of findings that are reported but do not fail, separated by commas: columns (missing ones), \
          types (cells that cannot be read), levels (unseen ones), missing (cells), drift, trend, rows \
          (their number), size (of the largest anomaly).
          """
      )
    }
  }

  /// Throws if two budgets are given.
  func check() throws(ArgumentError) {
    guard alpha != nil, budget != nil else { return }
    throw ArgumentError(
      .conflict("--alpha and --budget both decide how many rows are flagged", remedy: "give one of them"))
  }

  /// The options that the flags select.
  var options: CheckOptions {
    var options = CheckOptions()
    options.budget = budget ?? .share(alpha ?? 0.01)
    options.level = level
    options.leastShift = leastShift
    options.allowed = Set(allowed)
    return options
  }
}

extension ValueKind where Value == AlarmBudget {
  /// A number of rows, or of rows a day: `20`, `20/day`.
  static var alarmBudget: ValueKind {
    ValueKind(
      expectation: "a number of rows such as 20, or 20/day", example: "20/day",
      read: { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let count = Int(parts[0]), (1...1_000_000_000).contains(count) else { return nil }
        if parts.count == 1 { return .rows(count) }
        return parts.count == 2 && parts[1] == "day" ? .rowsPerDay(count) : nil
      },
      write: { budget in
        switch budget {
        case .rows(let count): "\(count)"
        case .rowsPerDay(let count): "\(count)/day"
        case .share: nil
        }
      })
  }
}

extension ValueKind where Value == [CheckFinding.Kind] {
  /// Kinds of findings, separated by commas.
  static var findingKinds: ValueKind {
    let names = CheckFinding.Kind.allCases.map(\.rawValue)
    return ValueKind(
      expectation: "some of \(names.joined(separator: ", ")), separated by commas", example: "drift,trend",
      read: { text in
        let kinds = text.split(separator: ",").map { CheckFinding.Kind(rawValue: String($0)) }
        return kinds.isEmpty || kinds.contains(nil) ? nil : kinds.compactMap(\.self)
      },
      write: { $0.isEmpty ? nil : $0.map(\.rawValue).joined(separator: ",") },
      hint: { text in NearestSpelling.of(text, among: names).map { "did you mean \($0)?" } })
  }
}
