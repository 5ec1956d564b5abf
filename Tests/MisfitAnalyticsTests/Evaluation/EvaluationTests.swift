import MisfitAnalytics
import Testing

@Suite("Evaluation")
struct EvaluationTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var scores: [Double]
    var labels: [Int]
    var rocAUC, averagePrecision: Double
    var testDescription: String { name }
  }

  @Test("agrees with scikit-learn, ties included", arguments: fixtureCases("evaluations.json", as: Case.self))
  func oracle(expected: Case) {
    let evaluation = Evaluation(scores: expected.scores, isAnomaly: expected.labels.map { $0 == 1 })
    #expect(agree(evaluation.areaUnderROC, expected.rocAUC))
    #expect(agree(evaluation.averagePrecision, expected.averagePrecision))
  }

  @Test("is nil if a class is missing", arguments: [[], [true], [false], [true, true], [false, false]])
  func oneClass(labels: [Bool]) {
    let evaluation = Evaluation(scores: labels.map { _ in 1.0 }, isAnomaly: labels)
    #expect(evaluation.areaUnderROC == nil && evaluation.averagePrecision == nil)
    #expect(evaluation.precision(at: 1) == nil)
  }

  @Test("counts anomalies among the highest scores, ties in their order")
  func precision() {
    let evaluation = Evaluation(scores: [1, 3, 3, 2] as [Float], isAnomaly: [false, true, false, true])
    #expect(evaluation.precision(at: 1) == 1)
    #expect(evaluation.precision(at: 2) == 0.5)
    #expect(evaluation.precision(at: 4) == 0.5)
    #expect(evaluation.precision(at: 0) == nil && evaluation.precision(at: 5) == nil)
  }

  @Test("excludes NaN and ranks infinities")
  func nonFinite() {
    let evaluation = Evaluation(
      scores: [Double.nan, .infinity, -.infinity, 0], isAnomaly: [true, true, false, false])
    #expect(evaluation.areaUnderROC == 1 && evaluation.averagePrecision == 1)
    #expect(evaluation.nanCount == 1 && evaluation.positiveCount == 1 && evaluation.negativeCount == 2)
  }
}
