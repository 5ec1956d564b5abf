import MisfitCore

extension ComparisonError {
  /// The problem, as a sentence without a full stop.
  public var problem: String { diagnosis.problem.description }
  /// Always nil: numbers of a program have no position in a file.
  public var position: InputPosition? { nil }
  /// The remedy, as a sentence without a full stop.
  public var remedy: String? { diagnosis.remedy?.description }
  /// The whole message.
  public var description: String { diagnosis.description }

  /// The text of the error.
  package var diagnosis: Diagnosis {
    switch kind {
    case .noModels:
      Diagnosis("there is no model to compare", remedy: "pass the errors of at least one model")
    case .repeatedName(let name):
      Diagnosis("two models are called \"\(name)\"", remedy: "give each model a different name")
    case .differentCounts(let name, let count, let expected):
      Diagnosis(
        "model \"\(name)\" has \(count) errors where the first model has \(expected)",
        remedy: "score the same samples with every model")
    case .identifierCount(let count, let expected):
      Diagnosis(
        "there are \(count) identifiers for \(expected) samples", remedy: "pass one for each sample, or none")
    case .labelCount(let count, let expected):
      Diagnosis(
        "there are \(count) labels for \(expected) samples", remedy: "pass one for each sample, or none")
    }
  }
}
