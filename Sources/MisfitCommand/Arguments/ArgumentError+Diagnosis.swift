import MisfitCore

extension ArgumentError: DiagnosableError {
  /// The problem, with the argument and the expected value, and a remedy.
  var diagnosis: Diagnosis { Diagnosis(MessageText(problemText), remedy: MessageText(remedyText)) }

  private var problemText: String {
    switch kind {
    case .unknownVerb(let text, _): "there is no verb \"\(text)\""
    case .flagBeforeVerb(let flag, _): "\(flag) stands before the verb"
    case .unknownFlag(let flag, _, _): "\(verbName) has no flag \(flag)"
    case .missingValue(let flag, let expectation, _, nil):
      "\(flag) needs \(expectation), and nothing follows it"
    case .missingValue(let flag, let expectation, _, let next?):
      "\(flag) needs \(expectation), and the flag \(next) follows it"
    case .surplusValue(let flag, let text): "\(flag) takes no value, and was given \"\(text)\""
    case .unreadableValue(let argument, let text, let expectation, _):
      "\(argument): \"\(text)\" is not \(expectation)"
    case .repeatedFlag(let flag): "\(flag) is given more than once"
    case .missingFlag(let spelling, _, _): "\(verbName) needs \(spelling)"
    case .missingPositional(let name, _): "\(verbName) needs \(name)"
    case .surplusPositional(let text): "\(verbName) has no place for the argument \"\(text)\""
    case .conflict(let problem, _): problem
    }
  }

  private var remedyText: String {
    switch kind {
    case .unknownVerb(let text, nil) where text.contains(".") || text.contains("/"):
      "the verb comes first: misfit detect \(text)"
    case .unknownVerb(_, nil): "see `misfit --help` for the verbs"
    case .unknownVerb(_, let nearest?): "did you mean \(nearest)? `misfit --help` lists the verbs"
    case .flagBeforeVerb(let flag, let verb): "write the verb first: misfit \(verb ?? "VERB") \(flag) …"
    case .unknownFlag(_, let nearest?, _): "did you mean \(nearest)? \(pointer)"
    case .unknownFlag(let flag, nil, let verbs) where !verbs.isEmpty:
      "\(flag) is a flag of \(Self.list(verbs)); \(pointer)"
    case .unknownFlag(let flag, _, _) where flag.contains("."):
      "for a file of that name write ./\(flag); \(pointer)"
    case .missingValue(let flag, _, _, let next?) where flag.hasPrefix("--") && next != "--":
      "if that is the value, write \(flag)=\(next)"
    case .missingValue(let flag, _, let example, _): "write for example: \(flag) \(example)"
    case .unreadableValue(_, _, _, let remedy?): remedy
    case .repeatedFlag: "give it once"
    case .missingFlag(_, let expectation, let example):
      "give it \(expectation), for example \(example); \(pointer)"
    case .conflict(_, let remedy): remedy
    case .missingPositional(let name, let help): "\(name): \(help)\n  usage: \(usage ?? "")"
    case .surplusPositional: "usage: \(usage ?? "")"
    case .unknownFlag, .surplusValue, .unreadableValue: pointer
    }
  }

  private var verbName: String { verb.map { "`\($0)`" } ?? "misfit" }
  private var pointer: String { verb.map { "see `misfit \($0) \(helpFlag)`" } ?? "see `misfit --help`" }

  /// Returns names as a list: `a`, `a and b`, `a, b and c`.
  static func list(_ names: [String]) -> String {
    guard names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }
}
