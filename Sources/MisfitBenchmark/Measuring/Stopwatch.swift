/// A clock of wall time.
enum Stopwatch {
  /// Returns the seconds that `body` takes, and its result.
  static func time<Result>(_ body: () throws -> Result) rethrows -> (seconds: Double, result: Result) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    let length = (clock.now - start).components
    return (Double(length.seconds) + Double(length.attoseconds) * 1e-18, result)
  }
}
