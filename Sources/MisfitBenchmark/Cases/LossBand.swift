import Misfit

/// The range of valid validation losses at the end of a case.
///
/// The peers' figures differ among themselves by 1 to 3 % (see the README); the band is a little wider on
/// both sides. Which units die is random, and costs these small networks up to 12 %: the band is that of the
/// default seed, and other seeds have a wider one.
struct LossBand: Hashable, Sendable {
  /// The valid losses for the default seed.
  var range: ClosedRange<Double>

  /// The valid losses for any seed.
  var rangeOfAnySeed: ClosedRange<Double> { range.lowerBound * 0.95...range.upperBound * 1.15 }

  /// Throws if a loss is outside the band.
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
