import Misfit

/// Why a case gave no time.
struct BenchmarkError: DiagnosableError, Hashable {
  /// What happened.
  enum Kind: Hashable {
    /// A figure is outside of what it must be.
    case wrongAnswer(String)
    /// The case's data is not on this machine.
    case noData(String, remedy: String)
    /// A process of a case or a peer ended badly.
    case processFailed(String, message: String)
    /// A peer said nothing that can be compared.
    case noPeerFigure(String, field: String)
    /// The command line is wrong.
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
