import Testing
import _TestSupport

@testable import MisfitBenchmark

@Suite struct RangeVolumeTests {
  /// A case of `volumes.json`: figures of `vus`, and of the formulas for steps that it does not have.
  struct Case: Decodable {
    var scores: [Double]
    var segments: [[Int]]
    var width: Int
    var step: Int
    var underPrecision: Double
    var underROC: Double

    var labels: [Bool] {
      scores.indices.map { row in segments.contains { $0[0] <= row && row < $0[1] } }
    }
  }

  @Test("the volumes are those of the peer") func theVolumesAreThoseOfThePeer() throws {
    for expected in try Fixture.json("volumes.json", as: [Case].self) {
      let volume = RangeVolume(
        scores: expected.scores, labels: expected.labels, width: expected.width, step: expected.step)
      #expect(abs(volume.underPrecision - expected.underPrecision) < 1e-12)
      #expect(abs(volume.underROC - expected.underROC) < 1e-12)
    }
  }

  /// The area under the ROC curve begins at the first threshold and ends at (1, 1).
  @Test("scores that are the labels have the whole volume without borders")
  func scoresThatAreTheLabelsHaveTheWholeVolumeWithoutBorders() {
    let labels = (0..<300).map { (100..<120).contains($0) }
    let volume = RangeVolume(scores: labels.map { $0 ? 1 : 0 }, labels: labels, width: 0)
    #expect(volume.underPrecision == 1)
    #expect(volume.underROC == 1)
  }

  @Test("a constant added to all scores changes nothing", arguments: [2.0, -7.5])
  func aConstantAddedToAllScoresChangesNothing(constant: Double) {
    let labels = (0..<200).map { (30..<40).contains($0) || $0 > 190 }
    let scores = (0..<200).map { Double($0 * 7919 % 193) / 8 }
    #expect(
      RangeVolume(scores: scores, labels: labels)
        == RangeVolume(scores: scores.map { $0 + constant }, labels: labels))
  }

  @Test("scores near a segment are worth more than scores far from it")
  func scoresNearASegmentAreWorthMoreThanScoresFarFromIt() {
    let labels = (0..<400).map { (100..<110).contains($0) }
    func volume(_ peak: Int) -> Double {
      RangeVolume(scores: (0..<400).map { abs($0 - peak) < 5 ? 1 : 0 }, labels: labels).underPrecision
    }
    #expect(volume(105) > volume(125))
    #expect(volume(125) > volume(300))
  }
}
