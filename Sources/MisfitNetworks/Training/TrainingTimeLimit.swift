/// A limit of the time that a training takes, in wall-clock time from the creation on.
package struct TrainingTimeLimit: Sendable {
  private let start = ContinuousClock.now
  /// The time in seconds.
  package let seconds: Double

  /// Creates a limit that begins now.
  package init(seconds: Double) { self.seconds = seconds }

  /// The share of the time that has passed: 1 or more at the end.
  package var passedShare: Double {
    let passed = (ContinuousClock.now - start).seconds
    return passed < seconds ? passed / seconds : 1
  }

  /// Returns the limit of one of several trainings that share the time: from now until its part has passed.
  ///
  /// Time that the trainings before it have left is added.
  package func part(_ number: Int, of count: Int) -> TrainingTimeLimit {
    let passed = (ContinuousClock.now - start).seconds
    return TrainingTimeLimit(seconds: max(0, seconds * Double(number) / Double(count) - passed))
  }
}
