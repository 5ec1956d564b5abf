import MisfitCore

/// An error in the arguments of the command.
struct ArgumentError: Error, Equatable {
  enum Kind: Equatable {
    case unknownVerb(String, nearest: String?)
    /// A flag where a verb is expected.
    case flagBeforeVerb(String, verb: String?)
    case unknownFlag(String, nearest: String?, otherVerbs: [String])
    case missingValue(flag: String, expectation: String, example: String, next: String?)
    /// A value for a switch, which takes none.
    case surplusValue(flag: String, text: String)
    case unreadableValue(argument: String, text: String, expectation: String, remedy: String?)
    case repeatedFlag(String)
    case missingFlag(spelling: String, expectation: String, example: String)
    case missingPositional(String, help: String)
    case surplusPositional(String)
    /// Arguments that contradict each other; thrown by a verb's own check.
    case conflict(String, remedy: String)
  }

  var kind: Kind
  /// The name of the verb, once it is known.
  var verb: String?
  /// The usage line of the verb, such as `misfit fit DATA [flags]`.
  var usage: String?
  /// The flag that prints the page with the flag in question.
  var helpFlag: String

  init(_ kind: Kind, verb: String? = nil, usage: String? = nil, helpFlag: String = "--help") {
    self.kind = kind
    self.verb = verb
    self.usage = usage
    self.helpFlag = helpFlag
  }
}

extension ArgumentError.Kind {
  /// The flag to read about; nil if any may be meant.
  var flag: String? {
    switch self {
    case .unknownFlag(_, let nearest, _): nearest
    case .surplusValue(let flag, _), .unreadableValue(let flag, _, _, _): flag
    case .missingFlag(let spelling, _, _): String(spelling.prefix { $0 != " " })
    default: nil
    }
  }
}
