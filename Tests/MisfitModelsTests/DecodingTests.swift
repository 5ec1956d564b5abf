import MisfitCore
import MisfitKernels
import MisfitNetworks
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Decoding codes")
struct DecodingTests {
  /// Codes of rows, and the reconstructions of the same pass.
  private func passed(_ model: any RowModel, rows: Int) -> (code: [Float], reconstruction: [Float]) {
    let values = FixedRows.random(rows: rows, width: model.width, seed: 4)
    values.beginEpoch(0, shuffled: false)
    let plans = model.plans(rowsWereLearned: false)
    let plan = plans.plan(capacity: plans.rowsPerShard)
    values.gather(0..<rows, into: plan.input(rows: rows))
    plan.reconstruct(0..<rows)
    let result = plan.result(rows: rows)
    return (result.code.array, result.reconstruction.array)
  }

  @Test(
    "A network's codes are those of its code layer, and decode to its reconstructions",
    arguments: [
      "dense 5 relu | dense 3 || dense 5 relu | dense 64 sigmoid",
      "conv 2 3 relu | pool 2 | flatten | dense 3 || dense 16 relu | reshape 4 4 1 | up 2 | conv 1 3 sigmoid",
      "up 2 | conv 2 3 relu | flatten | reshape 16 32 1 | flatten | dense 3 || dense 64",
      "conv 2 3 relu | pool 4 || up 4 | conv 1 3",
      "conv 2 3 | conv 2 3 | add 1 relu | pool 4 || up 4 | conv 2 3 | add 5 | concat 6 | conv 1 3",
    ])
  func networks(text: String) throws {
    let shape = SampleShape.image(height: 8, width: 8, channels: 1)
    let network = try Network(Architecture(text, inputShape: shape), seed: 2)
    let model = NetworkModel(network)
    let (code, reconstruction) = passed(model, rows: 3)
    #expect(code.count == 3 * model.codeCount && Set(code).count > 1)
    let decoded = try #require(model.decoded(FloatBuffer(code).all))
    #expect(areNear(decoded.array.map(Double.init), reconstruction.map(Double.init), relative: 1e-5))
    // Another code becomes another row.
    let other = try #require(model.decoded(FloatBuffer(code.map { $0 + 1 }).all))
    #expect(other.array != decoded.array)
  }

  @Test("A network whose output depends on more than its code decodes nothing")
  func skips() throws {
    let text = "conv 2 3 relu | pool 4 || up 4 | concat 1 | conv 1 3"
    let shape = SampleShape.image(height: 8, width: 8, channels: 1)
    let model = NetworkModel(try Network(Architecture(text, inputShape: shape), seed: 2))
    #expect(model.decoded(FloatBuffer(count: model.codeCount).all) == nil)
  }

  @Test("Components decode codes to their rows, and models without a code decode nothing")
  func components() throws {
    let rows = FixedRows.random(rows: 20, width: 4, seed: 3)
    let model = try PrincipalComponents.fit(rows, components: .count(2), on: pool())
    let (code, reconstruction) = passed(model, rows: 5)
    let decoded = try #require(model.decoded(FloatBuffer(code).all))
    #expect(areNear(decoded.array.map(Double.init), reconstruction.map(Double.init), relative: 1e-4))
    let neighbors = try NeighborDistance.fit(rows, neighborCount: 2, seed: 1)
    #expect(neighbors.decoded(FloatBuffer(count: 0).all) == nil)
  }
}
