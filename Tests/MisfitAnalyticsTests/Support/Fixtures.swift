import Foundation
import Testing

/// The cases of a fixture file, which is in the folder of the script that wrote it.
func fixtureCases<Case: Decodable>(_ name: String, as type: Case.Type = Case.self) -> [Case] {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  let url = folder.appending(path: "Fixtures").appending(path: name)
  do {
    return try JSONDecoder().decode(FixtureFile<Case>.self, from: Data(contentsOf: url)).cases
  } catch {
    preconditionFailure("fixture \(name): \(error)")
  }
}

private struct FixtureFile<Case: Decodable>: Decodable { var cases: [Case] }

/// A distribution as NumPy and SciPy describe it.
struct DistributionCase: Decodable, CustomTestStringConvertible, Sendable {
  static let probabilities = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1]
  static let all: [DistributionCase] = fixtureCases("distributions.json")

  var name: String
  var values: [Double]
  var mean, populationVariance, minimum, maximum: Double
  var sampleVariance, skewness, kurtosis: Double?
  var quantiles: [Double]
  var fdEdges, givenEdges: [Double]
  var fdCounts, givenCounts: [Int]
  var below, above: Int

  var testDescription: String { name }
}

/// Two samples as SciPy compares them.
struct PairCase: Decodable, CustomTestStringConvertible, Sendable {
  static let all: [PairCase] = fixtureCases("pairs.json")

  var name: String
  var first, second: [Double]
  var statistic, wasserstein, winRate, meanDifference: Double
  var pValue, spearman: Double?
  var interval: [Double]

  var testDescription: String { name }
}

/// Whether two figures agree to a relative tolerance, nil only with nil.
func agree(_ a: Double?, _ b: Double?, within tolerance: Double = 1e-12, scale: Double = 0) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return a == b || (a - b).magnitude <= tolerance * max(a.magnitude, b.magnitude, scale)
}
