import Foundation
import MisfitCore
import Testing

@testable import MisfitAnalytics

@Suite("ErrorMeasure")
struct ErrorMeasureTests {
  private func samples(_ count: Int) -> (input: [Float], output: [Float]) {
    var generator = SeededGenerator(seed: UInt64(count))
    return (
      (0..<count).map { _ in generator.nextUnitFloat() }, (0..<count).map { _ in generator.nextUnitFloat() }
    )
  }

  /// The definition, summed one by one.
  private func expected(_ measure: ErrorMeasure, _ input: [Float], _ output: [Float]) -> Double {
    let pairs = zip(input, output).map { (Double($0), Double($1)) }
    let count = Double(pairs.count)
    return switch measure {
    case .meanSquared: pairs.reduce(0) { $0 + pow($1.0 - $1.1, 2) } / count
    case .rootMeanSquared: sqrt(pairs.reduce(0) { $0 + pow($1.0 - $1.1, 2) } / count)
    case .meanAbsolute: pairs.reduce(0) { $0 + abs($1.0 - $1.1) } / count
    case .binaryCrossEntropy: -pairs.reduce(0) { $0 + $1.0 * log($1.1) + (1 - $1.0) * log(1 - $1.1) } / count
    case .maximumAbsolute: pairs.map { abs($0.0 - $0.1) }.max() ?? 0
    case .signedSum: pairs.reduce(0) { $0 + $1.0 - $1.1 }
    }
  }

  @Test("equals its definition", arguments: ErrorMeasure.allCases, [1, 2, 15, 16, 17, 33, 1000])
  func definition(measure: ErrorMeasure, count: Int) {
    let (input, output) = samples(count)
    let error = measure.error(input: input, output: output)
    #expect(agree(error, expected(measure, input, output), within: 1e-12, scale: 1e-2))
  }

  @Test("is 0 for a perfect reconstruction if `isZeroForPerfection`", arguments: ErrorMeasure.allCases)
  func perfection(measure: ErrorMeasure) {
    let input: [Float] = [0, 0.25, 1, 0.5]
    let error = measure.error(input: input, output: input)
    #expect(error == 0 || !measure.isZeroForPerfection)
  }

  @Test("clips probabilities as Keras does, so that a certain error has a finite cost")
  func clipping() {
    let bce = ErrorMeasure.binaryCrossEntropy
    #expect(agree(bce.error(input: [1], output: [0]), -log(1e-7), within: 1e-9))
    #expect(agree(bce.error(input: [0], output: [1]), -log(1e-7), within: 1e-7))
    #expect(bce.error(input: [1, 0], output: [1, 0]) < 1.1e-7)
  }

  @Test("is NaN if a value is NaN", arguments: ErrorMeasure.allCases, [0, 15, 16, 20])
  func nan(measure: ErrorMeasure, position: Int) {
    var (input, output) = samples(21)
    output[position] = .nan
    #expect(measure.error(input: input, output: output).isNaN)
    (input[position], output[position]) = (.nan, 0.5)
    #expect(measure.error(input: input, output: output).isNaN)
  }

  @Test("keeps its names")
  func names() {
    #expect(ErrorMeasure.allCases.map(\.rawValue) == ["mse", "rmse", "mae", "bce", "max", "signed-sum"])
  }

  @Test("of features is computed per feature")
  func features() {
    let (input, output): ([Float], [Float]) = ([1, 2, 0.5], [0.5, 4, .nan])
    #expect(FeatureErrorMeasure.squared.errors(input: input.span, output: output.span)[..<2] == [0.25, 4])
    #expect(FeatureErrorMeasure.absolute.errors(input: input.span, output: output.span)[..<2] == [0.5, 2])
    #expect(FeatureErrorMeasure.signed.errors(input: input.span, output: output.span)[..<2] == [0.5, -2])
    #expect(FeatureErrorMeasure.signed.errors(input: input.span, output: output.span)[2].isNaN)
    var written: [Float] = [9, 9, 9]
    var span = written.mutableSpan
    FeatureErrorMeasure.signed.write(input: input.span, output: output.span, into: &span)
    #expect(written[..<2] == [0.5, -2] && written[2].isNaN)
  }
}

@Suite("ErrorDistribution")
struct ErrorDistributionTests {
  @Test("has the figures of its moments and its sketch", arguments: DistributionCase.all)
  func figures(expected: DistributionCase) throws {
    let summary = try #require(ErrorDistribution(expected.values).value)
    #expect(summary.count == expected.values.count && summary.nanCount == 0)
    #expect(summary.minimum == expected.minimum && summary.maximum == expected.maximum)
    #expect(summary.median == expected.quantiles[4])
    #expect(summary.quantiles.map(\.value) == Array(expected.quantiles[1...8]))
    #expect(summary.quantiles.map(\.probability) == ErrorSummary.standardProbabilities)
    #expect(summary.quantile(0.123) == nil)
  }

  @Test("and its summary survive a round trip through JSON", arguments: Numbers.allCases, [0, 1, 17])
  func coding(numbers: Numbers, size: Int) throws {
    let distribution = ErrorDistribution(numbers.make(size))
    let data = try JSONEncoder().encode(distribution)
    #expect(try JSONDecoder().decode(ErrorDistribution.self, from: data) == distribution)
    guard let summary = distribution.value else { return }
    #expect(try JSONDecoder().decode(ErrorSummary.self, from: JSONEncoder().encode(summary)) == summary)
  }
}
