import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit
@testable import MisfitReporting

@Suite("Drawings of a model")
struct DetectorDrawingsTests {
  /// A detector of images whose weights are those that a seed draws.
  private func detector(_ text: String, _ shape: SampleShape) throws -> Detector {
    let rows = (0..<4).map { row in (0..<shape.elementCount).map { Double(($0 + row) % 5) / 4 } }
    var learner = SchemaLearner(layout: RecordLayout(shape: shape))
    var batch = RecordBatch(layout: RecordLayout(shape: shape), capacity: 4)
    for row in rows { batch.append(row) }
    learner.update(batch)
    let schema = try learner.schema(scaling: .none, source: "rows")
    let fitted = try SmallData.detector(epochs: 1).record
    let network = try Network(Architecture(text, inputShape: shape), seed: 3)
    let record = ModelRecord(
      model: NetworkModel(network).description, schema: schema, training: fitted.training,
      calibration: fitted.calibration)
    return Detector(record: record, network: network)
  }

  private let grey = SampleShape.image(height: 4, width: 6, channels: 1)

  @Test("A network has a box for each layer, the input first and the code marked, with its parameters")
  func network() throws {
    let detector = try detector("conv 3 3 relu | flatten | dense 5 relu || dense 24 sigmoid", grey)
    let layers = try #require(DetectorDrawings(detector).network).layers
    #expect(layers.map(\.text).first == "input" && layers.count == 5)
    #expect(layers.map(\.isCode) == [false, false, false, true, false])
    #expect(layers.map(\.parameterCount) == [0, 30, 0, 365, 144])
    #expect(layers.map(\.shape) == ["4 x 6 x 1", "4 x 6 x 3", "72", "5", "24"])
  }

  @Test("The weights of a dense layer are images of the sample's shape, one a unit")
  func dense() throws {
    let detector = try detector("flatten | dense 5 relu || dense 24 sigmoid", grey)
    let grid = try #require(DetectorDrawings(detector).weights() as? ImageGrid)
    #expect(grid.images.count == 5 && grid.images.allSatisfy { $0.width == 6 && $0.height == 4 })
    let scale = try #require(grid.scale)
    #expect(scale.range.lowerBound == -scale.range.upperBound)
    for (unit, place) in [(0, 0), (4, 23), (2, 7)] {
      let weight = Double(detector.network.parameters[place * 5 + unit])
      let color = ColorMap.diverging.color(at: (weight / scale.range.upperBound + 1) / 2)
      #expect(Array(grid.images[unit][place / 6, place % 6]) == [color.red, color.green, color.blue])
    }
    #expect((DetectorDrawings(detector).weights(atMost: 2) as? ImageGrid)?.images.count == 2)
  }

  @Test(
    "Filters are images of their window, in color for color images, also for transposed convolutions")
  func filters() throws {
    let conv = try detector("conv 3 2x3 relu | flatten | dense 2 || dense 24", grey)
    let grid = try #require(DetectorDrawings(conv).weights() as? ImageGrid)
    #expect(grid.images.count == 3 && grid.images.allSatisfy { $0.width == 3 && $0.height == 2 })
    let rgb = SampleShape.image(height: 4, width: 4, channels: 3)
    let color = try detector("deconv 5 3 relu | flatten | dense 2 || dense 48", rgb)
    let colors = try #require(DetectorDrawings(color).weights(scaling: .each) as? ImageGrid)
    #expect(colors.images.count == 5 && colors.scale == nil && colors.notes.count == 1)
    // [pixels, channels out, channels in]: what filter 4 has at each pixel.
    let filter = (0..<27).map { Double(color.network.parameters[($0 / 3 * 5 + 4) * 3 + $0 % 3]) }
    let limit = try #require(filter.map(abs).max())
    #expect(colors.images[4].pixels == filter.map { UInt8((($0 / limit + 1) / 2 * 255).rounded()) })
    let two = try detector(
      "conv 3 3 relu | flatten | dense 2 || dense 32", .image(height: 4, width: 4, channels: 2))
    #expect((DetectorDrawings(two).weights() as? ImageGrid)?.images.count == 6)
  }

  @Test("A table's weights are a heat map of units and columns")
  func table() throws {
    let detector = try SmallData.detector(hidden: [2])
    let map = try #require(DetectorDrawings(detector).weights() as? HeatMap)
    #expect(map.columns == ["a", "b", "c"] && map.rows == ["1", "2"] && map.map == .diverging)
    #expect(map.values[4] == Double(detector.network.parameters[1 * 2 + 1]))
  }

  @Test(
    "Principal components are drawn as weights, with their explained variance; other models have neither")
  func components() throws {
    var options = SmallData.options()
    options.model = .principalComponents
    options.components = .count(2)
    let detector = try Detector.fit(SmallData.source(), options: options)
    let drawings = DetectorDrawings(detector)
    #expect(drawings.network == nil)
    let model = try #require(detector.model.undecorated as? PrincipalComponents)
    let map = try #require(drawings.weights() as? HeatMap)
    #expect(map.values == model.components.array.map { Double($0) })
    let last = try #require(drawings.explainedVariance?.series[0].values.last ?? nil)
    #expect(areClose(last, model.explainedShare * 100, relative: 1e-9))
    options.model = .neighbors
    let other = DetectorDrawings(try Detector.fit(SmallData.source(), options: options))
    #expect(other.network == nil && other.weights() == nil && other.explainedVariance == nil)
  }
}
