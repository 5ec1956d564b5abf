import Misfit

/// The reason that a case has no time.
struct BenchmarkError: DiagnosableError, Hashable {
  /// A kind of error.
  enum Kind: Hashable {
    /// A figure is outside its allowed range.
    case wrongAnswer(String)
    /// The case's data is not on this machine.
    case noData(String, remedy: String)
    /// A process of a case or a peer failed.
    case processFailed(String, message: String)
    /// A peer printed no figure to compare.
    case noPeerFigure(String, field: String)
    /// The command line is invalid.
    case usage(String)
  }

  var kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  var diagnosis: Diagnosis {
    switch kind {
    case .wrongAnswer(let text): Diagnosis("wrong answer: \(text)")
    case .noData(let text, let remedy): Diagnosis(MessageText(text), remedy: MessageText(remedy))
    case .processFailed(let name, let message): Diagnosis("\(name) failed: \(message)")
    case .noPeerFigure(let name, let field): Diagnosis("\(name) printed no \(field)")
    case .usage(let text): Diagnosis(MessageText(text), remedy: "see misfit-benchmark --help")
    }
  }
}
