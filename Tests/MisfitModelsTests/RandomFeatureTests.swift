import MisfitCore
import MisfitKernels
import MisfitNetworks
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Random features")
struct RandomFeatureTests {
  private func fit(_ units: Int, threadCount: Int = 2, seed: UInt64 = 1) throws -> Network {
    let fixture = try ModelFixture.read().local
    var options = RandomFeatureNetwork.Options()
    options.units = units
    return try RandomFeatureNetwork.fit(
      FixedRows(fixture.rows, width: 4), shape: .row(4), options: options, seed: seed, on: pool(threadCount))
  }

  /// The ridge regression's conditions: residuals, plus the penalty's share of the weights, are orthogonal to
  /// every feature, and residuals have the mean 0.
  @Test("The output layer is the ridge regression on the hidden one")
  func normalEquations() throws {
    let rows = try ModelFixture.read().local.rows
    let network = try fit(24)
    let count = rows.count / 4
    let hidden = features(of: rows, network)
    let output = NetworkModel(network).results(of: rows).reconstructions
    let means = (0..<24).map { unit in (0..<count).reduce(0.0) { $0 + hidden[$1 * 24 + unit] } / Double(count)
    }
    var trace = 0.0
    for unit in 0..<24 {
      for row in 0..<count {
        trace += (hidden[row * 24 + unit] - means[unit]) * (hidden[row * 24 + unit] - means[unit])
      }
    }
    let penalty = RandomFeatureNetwork.Options().regularization * trace / 24
    let kernel = network.parameters[network.tensors[2].range]
    for column in 0..<4 {
      let residuals = (0..<count).map { Double(rows[$0 * 4 + column]) - Double(output[$0 * 4 + column]) }
      #expect(abs(residuals.reduce(0, +)) < 1e-3 * Double(count))
      for unit in 0..<24 {
        let product = (0..<count).reduce(0.0) { $0 + residuals[$1] * (hidden[$1 * 24 + unit] - means[unit]) }
        #expect(abs(product - penalty * Double(kernel[unit * 4 + column])) < 2e-2)
      }
    }
  }

  private func features(of rows: [Float], _ network: Network) -> [Double] {
    NetworkModel(network).results(of: rows).codes.map(Double.init)
  }

  @Test("More units rebuild learned rows better, and threads change no bit")
  func units() throws {
    let rows = try ModelFixture.read().local.rows
    func loss(_ network: Network) -> Float {
      let output = NetworkModel(network).results(of: rows).reconstructions
      return zip(rows, output).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    #expect(loss(try fit(100)) < loss(try fit(10)))
    #expect(try fit(30, threadCount: 1).parameters.array == fit(30, threadCount: 4).parameters.array)
    #expect(try fit(30).parameters.array != fit(30, seed: 2).parameters.array)
  }

  @Test("Rows too wide for the products are refused")
  func tooWide() {
    let rows = FixedRows(Array(repeating: 0, count: 2 * 4000), width: 4000)
    #expect(throws: ModelError(.tooWide(width: 4000, limit: 3072))) {
      try RandomFeatureNetwork.fit(rows, shape: .row(4000), seed: 1, on: pool())
    }
  }
}
