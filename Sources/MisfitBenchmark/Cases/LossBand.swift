import Misfit

/// Where the last validation loss of a case must lie.
///
/// The peers' figures differ among themselves by 1 to 3 % from framework to framework (see the README); the
/// band leaves a little more room on both sides. Which units die for good is chance, and costs these small
/// networks up to 12 %: the band is that of the default seed, and other seeds get the room for it.
struct LossBand: Hashable, Sendable {
  /// The losses that are right for the default seed.
  var range: ClosedRange<Double>

  /// The losses that are right for some seed.
  var rangeOfAnySeed: ClosedRange<Double> { range.lowerBound * 0.95...range.upperBound * 1.15 }

  /// Fails where a loss lies outside.
  ///
  /// - Throws: ``BenchmarkError``.
  func check(_ loss: Double?, seed: UInt64) throws(BenchmarkError) {
    guard let loss else { throw BenchmarkError(.wrongAnswer("there is no validation loss")) }
    let right = seed == CaseSetting.defaultSeed ? range : rangeOfAnySeed
    guard right.contains(loss) else {
      let ends = "\(NumberText.significant(right.lowerBound)) to \(NumberText.significant(right.upperBound))"
      throw BenchmarkError(
        .wrongAnswer("the validation loss is \(NumberText.significant(loss, digits: 5)), not in \(ends)"))
    }
  }
}
