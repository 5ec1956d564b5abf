import MisfitCore
import MisfitKernels

/// A schedule of the learning rate over the steps.
public enum LearningRateSchedule: String, Hashable, Sendable, Codable, CaseIterable {
  /// Rises to the optimizer's rate in the first tenth of all steps, then falls to nearly 0, both along half a
  /// cosine; Adam's `beta1` falls from 0.95 to 0.85 and rises again.
  ///
  /// Smith and Topin, "Super-convergence" (2018), with the parameters of PyTorch's `OneCycleLR` at
  /// `pct_start=0.1`: starts at a 25th of the rate, ends at a 250,000th.
  case oneCycle = "one-cycle"

  /// Returns the learning rate of a step, from 0, of `count` steps.
  ///
  /// - Precondition: `0 <= step < count`, and `peak` is finite.
  public func learningRate(step: Int, of count: Int, peak: Double) -> Double {
    between(peak / 25, peak, peak / 250_000, step: step, of: count)
  }

  /// Returns Adam's `beta1` of the same step.
  public func beta1(step: Int, of count: Int) -> Double { between(0.95, 0.85, 0.95, step: step, of: count) }

  /// Interpolates along half a cosine from `start` to `peak`, and along another one to `end`.
  private func between(_ start: Double, _ peak: Double, _ end: Double, step: Int, of count: Int) -> Double {
    precondition(step >= 0 && step < count, "the step is not in 0 ..< count")
    let top = 0.1 * Double(count) - 1
    let position = Double(step)
    if position <= top { return Self.arc(start, peak, top > 0 ? position / top : 1) }
    let rest = Double(count - 1) - top
    return Self.arc(peak, end, rest > 0 ? (position - top) / rest : 1)
  }

  private static func arc(_ from: Double, _ to: Double, _ share: Double) -> Double {
    to + (from - to) / 2 * (Mathematics.cos(.pi * share) + 1)
  }
}

extension TrainingOptions {
  /// Returns the coefficients of optimizer step `number`, from 1, for epochs of `rowCount` rows.
  ///
  /// `passedShare` is the share of the time of training that has passed, 0 without a limit: a schedule is
  /// then at least so far.
  func optimizerStep(
    number: Int, rowCount: Int, learningRate: Double, passedShare: Double = 0
  ) -> OptimizerStep {
    guard let schedule else { return optimizer.step(number: number, learningRate: learningRate) }
    // Any number of epochs may be given, for instance with a limit of the time; doubles count up to 2^53.
    let steps = Double(epochs) * Double(max(1, (rowCount + batchSize - 1) / batchSize))
    let count = Int(min(steps, 0x1p53))
    let step = min(max(number - 1, Int(passedShare * Double(count))), count - 1)
    var rule = optimizer
    rule.beta1 = schedule.beta1(step: step, of: count)
    return rule.step(
      number: number, learningRate: schedule.learningRate(step: step, of: count, peak: learningRate))
  }
}
