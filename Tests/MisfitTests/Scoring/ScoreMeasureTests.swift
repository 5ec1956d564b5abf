import MisfitCore
import MisfitIngest
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("The scale of scores")
struct ScoreMeasureTests {
  @Test("A relative score is never negative, 1 for an average row, and keeps the order of the own score")
  func order() {
    let own: [Float] = [-1e30, -400, -17, -1.4, -0.5, 0, 0.25, 1, 17, 400, 1e30, .infinity]
    let scores = own.map(ScoreMeasure.relativeScore)
    #expect(scores.allSatisfy { $0 >= 0 } && scores[5] == 1)
    #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ScoreMeasure.relativeScore(.nan).isNaN)
  }

  @Test(
    "The scores of models of neighbors are not negative",
    arguments: [ModelChoice.local, .global, .neighbors])
  func positive(model: ModelChoice) throws {
    var options = SmallData.options()
    options.model = model
    let scoring = try Detector.fit(SmallData.source(), options: options).score(SmallData.source())
    #expect(try scoring.scores().allSatisfy { $0 >= 0 })
  }

  @Test(
    "A file of an earlier version keeps its scores and its order", arguments: [ModelChoice.local, .global])
  func earlierVersion(model: ModelChoice) throws {
    var options = SmallData.options()
    options.model = model
    let detector = try Detector.fit(SmallData.source(), options: options)
    var record = detector.record
    record.calibration.measure = .own
    let folder = try TemporaryFolder()
    try Detector(record: record, model: detector.model).save(folder.file("old.misfit"))
    let old = try Detector.load(folder.file("old.misfit"))
    #expect(old.calibration.measure == .own)
    let own = try old.score(SmallData.source()).scores()
    #expect(own.contains { $0 < 0 })
    let relative = try detector.score(SmallData.source()).scores()
    #expect(own.map { Double(ScoreMeasure.relativeScore(Float($0))) } == relative)
  }

  @Test("The reconstruction error is the mean squared error if the score is of another kind")
  func reconstructionError() throws {
    let cases: [(ModelChoice, ScoreMeasure?, Bool)] = [
      (.principalComponents, .meanSquared, true), (.principalComponents, nil, false), (.local, nil, false),
    ]
    for (model, measure, isScore) in cases {
      var options = SmallData.options()
      options.model = model
      options.scores.measure = measure
      let detector = try Detector.fit(SmallData.source(), options: options)
      for sample in try detector.score(SmallData.source()).largest(5) {
        let squares = zip(sample.input, sample.reconstruction).map { pow2(Double($0) - Double($1)) }
        let expected = squares.reduce(0, +) / Double(squares.count)
        #expect(areClose(sample.reconstructionError, expected, relative: 1e-4, absolute: 1e-9))
        #expect((sample.score == sample.reconstructionError) == isScore)
      }
    }
  }

  @Test(
    "The scores and errors of a batch are those of its samples",
    arguments: [
      (ModelChoice.principalComponents, nil), (.principalComponents, .meanSquared),
      (.principalComponents, .meanAbsolute), (.principalComponents, .reconstruction(.rootMeanSquared)),
      (.principalComponents, .reconstruction(.maximumAbsolute)),
      (.principalComponents, .reconstruction(.signedSum)), (.local, nil), (.neighbors, nil),
    ] as [(ModelChoice, ScoreMeasure?)])
  func batches(model: ModelChoice, measure: ScoreMeasure?) throws {
    var options = SmallData.options()
    options.model = model
    options.scores.measure = measure
    let detector = try Detector.fit(SmallData.source(), options: options)
    var (scores, errors) = ([9.0], [9.0])
    try detector.score(SmallData.source()).forEachBatch { batch in
      batch.write(scores: &scores, errors: &errors)
      #expect(scores == batch.scores && Set(scores).count > 1)
      #expect(errors == (0..<batch.count).map(batch.reconstructionError(at:)))
    }
  }

  private func pow2(_ value: Double) -> Double { value * value }
}
