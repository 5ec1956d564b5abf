import Foundation
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Scoring")
struct ScoringTests {
  @Test("Batches of any size return the same samples", arguments: [1, 2, 7, 59, 60, 61])
  func batchSizes(capacity: Int) throws {
    let detector = try SmallData.detector()
    var scoring = try detector.score(SmallData.source())
    let expected = try scoring.largest(60)
    let errors = try scoring.scores()
    scoring.batchCapacity = capacity
    #expect(try scoring.largest(60) == expected)
    #expect(try scoring.scores() == errors)
    var counts: [Int] = []
    try scoring.forEachBatch { counts.append($0.count) }
    #expect(counts.reduce(0, +) == 60 && counts.allSatisfy { $0 <= capacity })
  }

  @Test("Scoring twice returns the same scores, and changes no weight")
  func pure() throws {
    let detector = try SmallData.detector()
    let bits = detector.weightBits
    let scoring = try detector.score(SmallData.source())
    #expect(try scoring.largest(60) == (try scoring.largest(60)))
    #expect(detector.weightBits == bits)
  }

  /// The error of every measure and the reconstruction, computed by plain loops in doubles.
  private struct Reference {
    let detector: Detector

    func reconstruction(of input: [Double]) -> [Double] {
      var values = input
      let network = detector.network
      for (index, layer) in network.architecture.layers.enumerated() {
        guard let dense = layer.dense else { return [] }
        let kernel = network.parameters[network.tensors[index * 2].range].array.map(Double.init)
        let bias = network.parameters[network.tensors[index * 2 + 1].range].array.map(Double.init)
        values = (0..<dense.units).map { unit in
          let sum = values.indices.reduce(bias[unit]) { $0 + values[$1] * kernel[$1 * dense.units + unit] }
          switch dense.activation {
          case .tanh: return tanh(sum)
          case .sigmoid: return 1 / (1 + exp(-sum))
          case .relu: return max(0, sum)
          default: return sum
          }
        }
      }
      return values
    }

    func error(_ measure: ErrorMeasure, _ input: [Double], _ output: [Double]) -> Double {
      let differences = zip(input, output).map { $0 - $1 }
      let count = Double(input.count)
      let squared = differences.reduce(0) { $0 + $1 * $1 } / count
      switch measure {
      case .meanSquared: return squared
      case .rootMeanSquared: return squared.squareRoot()
      case .meanAbsolute: return differences.reduce(0) { $0 + abs($1) } / count
      case .maximumAbsolute: return differences.map(abs).max() ?? 0
      case .signedSum: return differences.reduce(0, +)
      case .binaryCrossEntropy:
        return zip(input, output).reduce(0.0) { sum, pair in
          let p = min(max(pair.1, 1e-7), 1 - 1e-7)
          return sum - pair.0 * log(p) - (1 - pair.0) * log(1 - p)
        } / count
      }
    }
  }

  @Test("Errors are those of a plain forward pass, by every measure", arguments: ErrorMeasure.allCases)
  func measures(measure: ErrorMeasure) throws {
    // Data in [0, 1], so that cross-entropy has a meaning.
    let source = try RandomSource(parsing: "random:50x4", seed: 3)
    var options = SmallData.options(hidden: [3, 2])
    options.scores.measure = .reconstruction(measure)
    let detector = try Detector.fit(source, options: options)
    #expect(detector.network.architecture.outputActivation == .sigmoid)
    let reference = Reference(detector: detector)
    for sample in try detector.score(source).largest(50) {
      let input = sample.input.map(Double.init)
      let output = reference.reconstruction(of: input)
      for (value, expected) in zip(sample.reconstruction, output) {
        #expect(areClose(Double(value), expected, relative: 1e-4, absolute: 1e-6))
      }
      let expected = reference.error(measure, input, output)
      #expect(areClose(sample.score, expected, relative: 1e-4, absolute: 1e-5))
      let batched = try #require(ErrorMeasure(rawValue: measure.rawValue))
      #expect(
        areClose(
          sample.score, batched.error(input: sample.input.span, output: sample.reconstruction.span),
          relative: 1e-4, absolute: 1e-5))
    }
  }

  @Test("Reasons are in the data's units, have shares of the error, and are sorted by them")
  func reasons() throws {
    let detector = try SmallData.detector()
    let reference = Reference(detector: detector)
    let rows = SmallData.correlated(rows: 60).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").dropFirst().compactMap { Double($0) }
    }
    for sample in try detector.score(SmallData.source()).largest(60) {
      let row = rows[sample.record - 1]
      let shares = sample.reasons.map(\.share)
      #expect(areClose(shares.reduce(0, +), 1, relative: 1e-9))
      #expect(shares == shares.sorted(by: >))
      let output = reference.reconstruction(of: sample.input.map(Double.init))
      for reason in sample.reasons {
        let column = try #require(["a", "b", "c"].firstIndex(of: reason.feature))
        #expect(areClose(reason.value.number ?? .nan, row[column], relative: 1e-5, absolute: 1e-5))
        let expected = output[column] * detector.schema.scales[column] + detector.schema.offsets[column]
        #expect(areClose(reason.expected.number ?? .nan, expected, relative: 1e-4, absolute: 1e-4))
      }
    }
  }

  @Test("A value that contradicts the other columns is the first reason", arguments: 0..<3)
  func planted(column: Int) throws {
    var options = SmallData.options(epochs: 80, hidden: [1])
    options.network.activation = .linear
    let detector = try Detector.fit(SmallData.source(rows: 200), options: options)
    var values = [0.5, 1.0, 25.0]
    values[column] += [3.0, 6.0, 30.0][column]
    let text = SmallData.correlated(rows: 30) + "odd," + values.map { "\($0)" }.joined(separator: ",") + "\n"
    let worst = try detector.score(CSVSource(text: text, options: SmallData.ids)).largest(1)
    #expect(worst.first?.id == "odd")
    #expect(worst.first?.reasons.first?.feature == ["a", "b", "c"][column])
    #expect(worst.first?.isFlagged == true)
    #expect(worst.first?.percentile == 100)
  }

  @Test("Percentile and flag follow from the calibration scores")
  func calibration() throws {
    var options = SmallData.options()
    options.rows.validationShare = 0
    options.scores.quantile = 0.9
    options.scores.calibration = .split
    let detector = try Detector.fit(SmallData.source(), options: options)
    let samples = try detector.score(SmallData.source()).largest(60)
    let errors = samples.map(\.score)
    #expect(detector.calibration.origin == .training && detector.calibration.scores.count == 60)
    for sample in samples {
      let below = errors.count { $0 <= sample.score }
      #expect(areClose(sample.percentile ?? -1, Double(below) / 60 * 100, relative: 1e-9))
      #expect(sample.isFlagged == (sample.score > detector.calibration.threshold.value))
    }
    #expect(samples.count { $0.isFlagged == true } == 6)
  }
}
