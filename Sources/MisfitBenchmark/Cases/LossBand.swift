import Misfit

/// Where the last validation loss of a case must lie.
///
/// The peers' figures differ among themselves by 1 to 3 % from seed to seed and framework to framework (see
/// the README); the band leaves some more room on both sides, and none for a network that does not learn.
struct LossBand: Hashable, Sendable {
  /// The losses that are right.
  var range: ClosedRange<Double>

  /// Fails where a loss lies outside.
  ///
  /// - Throws: ``BenchmarkError``.
  func check(_ loss: Double?) throws(BenchmarkError) {
    guard let loss else { throw BenchmarkError(.wrongAnswer("there is no validation loss")) }
    guard range.contains(loss) else {
      let ends = "\(NumberText.significant(range.lowerBound)) to \(NumberText.significant(range.upperBound))"
      throw BenchmarkError(
        .wrongAnswer("the validation loss is \(NumberText.significant(loss, digits: 5)), not in \(ends)"))
    }
  }
}
