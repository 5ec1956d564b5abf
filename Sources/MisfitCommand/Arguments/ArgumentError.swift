import MisfitCore

/// What is wrong with the arguments.
struct ArgumentError: Error, Equatable {
  enum Kind: Equatable {
    case unknownVerb(String, nearest: String?)
    /// A flag where a verb was expected.
    case flagBeforeVerb(String, verb: String?)
    case unknownFlag(String, nearest: String?, otherVerbs: [String])
    case missingValue(flag: String, expectation: String, example: String, next: String?)
    /// A value for a switch.
    case surplusValue(flag: String, text: String)
    case unreadableValue(argument: String, text: String, expectation: String, remedy: String?)
    case repeatedFlag(String)
    case missingFlag(spelling: String, expectation: String, example: String)
    case missingPositional(String, help: String)
    case surplusPositional(String)
    /// Arguments that are fine one by one, but not together; from a verb's own check.
    case conflict(String, remedy: String)
  }

  var kind: Kind
  /// The verb's name, once it is known.
  var verb: String?
  /// How the verb is used: `misfit fit DATA [flags]`.
  var usage: String?

  init(_ kind: Kind, verb: String? = nil, usage: String? = nil) {
    self.kind = kind
    self.verb = verb
    self.usage = usage
  }
}
