import MisfitAnalytics
import MisfitCore
import Testing

/// A generalised Pareto distribution as SciPy has it, and a sample with its fit in NumPy.
struct TailCase: Decodable, CustomTestStringConvertible, Sendable {
  static let all: [TailCase] = fixtureCases("tails.json")

  var shape, scale: Double
  var excesses, survivals, probabilities, quantiles, sample: [Double]
  var fittedShape, fittedScale: Double

  var testDescription: String { "shape \(shape), scale \(scale)" }
}

@Suite("The upper tail")
struct TailTests {
  @Test("exceedances have SciPy's probabilities and quantiles", arguments: TailCase.all)
  func scipy(tail: TailCase) throws {
    let law = try #require(GeneralizedPareto(shape: tail.shape, scale: tail.scale))
    for (excess, expected) in zip(tail.excesses, tail.survivals) {
      #expect(agree(law.survival(excess), expected, within: 1e-9), "at \(excess)")
    }
    for (probability, expected) in zip(tail.probabilities, tail.quantiles) {
      #expect(agree(law.excess(atSurvival: probability), expected, within: 1e-9), "at \(probability)")
    }
    #expect(law.survival(-1) == 1 && law.survival(.nan) == nil)
  }

  @Test("a fit has the probability-weighted moments of its sample", arguments: TailCase.all)
  func fit(tail: TailCase) throws {
    let law = try #require(GeneralizedPareto(fitting: tail.sample))
    let largest = tail.sample.max() ?? 0
    #expect(agree(law.scale, tail.fittedScale, within: 1e-9))
    #expect(agree(law.shape, max(tail.fittedShape, -tail.fittedScale / largest), within: 1e-7, scale: 0.01))
  }

  @Test("scores without a tail have no fit")
  func nothing() {
    for values in [[], [1], [2, 2, 2], [-1, 2], [1, .nan], [1, .infinity], [0, 0]] as [[Double]] {
      #expect(GeneralizedPareto(fitting: values) == nil, "\(values)")
    }
    #expect(GeneralizedPareto(shape: 0.1, scale: 0) == nil)
    #expect(ScoreCalibration(scores: Numbers.uniform.make(99)).tail == nil, "too few")
    #expect(ScoreCalibration(scores: Array(repeating: 1, count: 500)).tail == nil, "all equal")
  }

  @Test("rates below the smallest counted one are estimated correctly", arguments: [1_000, 20_000])
  func extrapolation(count: Int) throws {
    // Exponential scores: the probability above x is e^-x.
    var generator = SeededGenerator(seed: 4)
    let scores = CalibrationScores.of((0..<count).map { _ in exponential(&generator) })
    let tail = try #require(scores.tail)
    #expect(tail.count == min(count / 10, 1_000))
    let rate = 0.1 / Double(count)
    let score = try #require(tail.score(atRate: rate))
    let expected = -logarithm(rate)
    #expect(abs(score - expected) < 0.35 * expected, "\(score) for \(expected)")
    #expect(agree(tail.probability(above: score), rate, within: 1e-6))
    #expect(tail.probability(above: 0) == nil && tail.score(atRate: 0.9) == nil, "not in the tail")
  }
}

extension CalibrationScores {
  /// The calibration of scores.
  static func of(_ scores: [Double]) -> ScoreCalibration {
    var all = CalibrationScores()
    all.update(contentsOf: scores)
    return all.calibration
  }
}
