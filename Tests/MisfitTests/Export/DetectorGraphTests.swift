import Foundation
import MisfitCore
import MisfitIngest
import MisfitONNX
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Graphs of detectors")
struct DetectorGraphTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden/Models").path

  @Test("score as every family of kept models, on rows with wild cells", arguments: KeptModelTests.names)
  func kept(_ name: String) throws {
    let detector = try Detector.load("\(Self.folder)/\(name).misfit")
    let data = name.split(separator: "-")[0]
    let wild = "\(Self.folder)/\(data)-wild.\(data == "images" ? "idx" : "csv")"
    let graph = try DetectorGraph(detector, named: name)
    let found = try ExportCheck(detector, graph).run(
      on: detector.open(wild, options: SourceOptions()), limit: data == "images" ? 3 : .max)
    #expect(found.rowCount > 2 && found.largestDifference <= 1e-5)
  }

  @Test("and on rows that are made from the model's own record", arguments: KeptModelTests.names)
  func sampled(_ name: String) throws {
    let detector = try Detector.load("\(Self.folder)/\(name).misfit")
    let graph = try DetectorGraph(detector, named: name)
    let sample = try ExportSample.source(for: detector.record.schema)
    let found = try ExportCheck(detector, graph).run(
      on: sample, limit: detector.schema.shape.imageExtents == nil ? 24 : 3)
    #expect(found.rowCount > 2 && found.largestDifference <= 1e-5)
  }

  @Test("have the percentiles and p-values of the detector")
  func percentiles() throws {
    var options = SmallData.options()
    options.model = .local
    let detector = try Detector.fit(SmallData.source(rows: 80), options: options)
    let graph = try DetectorGraph(detector, named: "small")
    let scoring = try detector.score(SmallData.source(rows: 80))
    try scoring.forEachBatch { batch in
      let outputs = GraphInterpreter(graph.model).run(graph.inputs(of: batch, count: batch.count))
      for index in 0..<batch.count {
        let sample = batch.sample(at: index)
        #expect(abs((outputs["percentile"]?.doubles[index] ?? .nan) - (sample.percentile ?? -1)) < 1.3)
        // The last bits of a score may decide a rank.
        #expect(abs((outputs["p_value"]?.doubles[index] ?? .nan) - (sample.pValue ?? -1)) < 0.013)
        #expect(outputs["flag"]?.truths[index] == sample.isFlagged)
        #expect(abs((outputs["error"]?.doubles[index] ?? .nan) - sample.reconstructionError) < 1e-6)
        for (column, value) in sample.reconstruction.enumerated() {
          let expected = detector.schema.decode(value, column: column)
          let found = outputs["reconstruction"]?.doubles[index * 3 + column] ?? .nan
          #expect(abs(found - expected) < 1e-4 * max(1, abs(expected)))
        }
      }
    }
  }

  /// A table of several kinds with gaps, dates, and a column that is log-compressed.
  private static func table(rows: Int) -> String {
    var generator = SeededGenerator(seed: 11)
    var text = "size,color,day,on,count,gaps\n"
    for row in 0..<rows {
      let x = Double(generator.nextUnitFloat())
      let day = CellValue.date(Double(row * 3 + 10_000) * 86_400, hasTime: false).description
      let size = row % 40 == 7 ? 1e5 * x : 3 + x
      let gap = row % 5 == 0 ? "" : "\(2 * x + 0.1 * Double(generator.nextUnitFloat()))"
      let color = ["red", "green", row % 11 == 0 ? "" : "blue"][row % 3]
      text += "\(size),\(color),\(day),\(x > 0.5 ? "yes" : "no"),\(Int(7 * x)),\(gap)\n"
    }
    return text
  }

  @Test(
    "of tables with gaps, dates and levels score the same",
    arguments: [ModelChoice.principalComponents, .local, .global, .neighbors, .autoencoder])
  func kinds(_ model: ModelChoice) throws {
    let source = try CSVSource(text: Self.table(rows: 120), name: "kinds")
    var options = SmallData.options(epochs: 1)
    options.model = model
    if model != .autoencoder { options.network = FitOptions().network }
    if model != .autoencoder { options.training = FitOptions().training }
    let detector = try Detector.fit(source, options: options)
    let graph = try DetectorGraph(detector, named: "kinds")
    let check = ExportCheck(detector, graph)
    #expect(try check.run(on: source, limit: 48).largestDifference <= 1e-5)
    #expect(try check.run(on: ExportSample.source(for: detector.record.schema)).largestDifference <= 1e-5)
    #expect(graph.model.inputs.map(\.name) == ["size", "color", "day", "on", "count", "gaps"])
    #expect(graph.model.inputs.map(\.type) == [.double, .string, .double, .string, .double, .double])
  }

  @Test("examine the values of skewed columns that the detector examines")
  func skewed() throws {
    var generator = SeededGenerator(seed: 5)
    let rows = (0..<400).map { row -> [Double] in
      let u = Double(generator.nextUnitFloat())
      return [(1 / (1.001 - u) * 10).rounded(), Double(row % 9), u * u * u * 50]
    }
    var options = SmallData.options()
    options.network = FitOptions().network
    options.training = FitOptions().training
    options.model = .neighbors
    let source = try MemorySource(rows: rows, columns: ["a", "b", "c"])
    let detector = try Detector.fit(source, options: options)
    let graph = try DetectorGraph(detector, named: "skewed")
    #expect(try ExportCheck(detector, graph).run(on: source).largestDifference <= 1e-5)
  }

  @Test("that would need windows of series are refused")
  func series() throws {
    let source = try SeriesSamples.source(SeriesSamples.table(rows: 120))
    let detector = try Detector.fit(source, options: SeriesSamples.options(.principalComponents, window: 12))
    #expect(throws: ExportError(.series)) { try DetectorGraph(detector, named: "series") }
    let folder = try TemporaryFolder()
    #expect(throws: ExportError.self) { try detector.exportONNX(folder.file("a.onnx")) }
    #expect(!FileManager.default.fileExists(atPath: folder.file("a.onnx")))
  }

  @Test(
    "of networks of any layers score the same",
    arguments: [
      "conv 3 3 elu | pool 2 | conv 2 3 s2 selu || up 2 | conv 3 3 relu | up 2 | conv 1 3 sigmoid",
      "conv 2 2x3 valid leaky-relu | avgpool 3 s2 same || deconv 2 3 s2 softplus | flatten | dense 64 tanh",
      "conv 2 3 | norm relu | dropout 0.2 || deconv 3 4 s1 valid tanh | flatten | dense 64 sigmoid",
      "flatten | dense 9 tanh || dense 64 sigmoid tied | reshape 8 8 1",
      "conv 3 3 tanh | pool 2 || up 2 | concat 1 | conv 1 3 elu | add input | concat 1 | conv 1 1 sigmoid",
      "flatten | dense 64 tanh | dense 9 || dense 64 | add 2 selu | reshape 8 8 1 | add input relu",
    ])
  func layers(_ architecture: String) throws {
    var options = SmallData.options(epochs: 1, hidden: [])
    options.network = FitOptions().network
    options.network.architecture = architecture
    let detector = try Detector.fit(DigitsSource(), options: options)
    let graph = try DetectorGraph(detector, named: "layers")
    #expect(try ExportCheck(detector, graph).run(on: DigitsSource(), limit: 8).largestDifference <= 1e-5)
    #expect(graph.model.inputs.map(\.extents) == [[nil, 8, 8, 1]])
  }

  @Test("that would need to stitch tiles are refused, and those of a single tile are not")
  func refusals() throws {
    let images = try SmallData.colorImages()
    var source = SourceOptions()
    source.preparation = ImagePreparation(isGrey: true, tiles: .init(side: 4))
    let detector = try Detector.fit(
      DataSource.open(images.path, options: source), options: SmallData.options())
    #expect(throws: ExportError(.tiles)) { try DetectorGraph(detector, named: "tiles") }
    let graph = try DetectorGraph(detector, named: "tiles", isOfTiles: true)
    #expect(graph.model.outputs.map(\.name) == ["score", "error", "reconstruction"])
    let sample = try ExportSample.source(for: detector.record.schema)
    #expect(try ExportCheck(detector, graph).run(on: sample).largestDifference <= 1e-5)
  }

  @Test("are written with metadata, and not at all if the check fails")
  func files() throws {
    let folder = try TemporaryFolder()
    let detector = try SmallData.detector()
    let export = try detector.exportONNX(folder.file("a.onnx"), name: "small")
    #expect(export.inputs == ["rows"] && export.comparedRowCount > 40 && export.largestDifference <= 1e-5)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("a.onnx")))
    #expect(bytes.count == export.byteCount && bytes.starts(with: [0x08, 7, 0x12, 6] + Array("misfit".utf8)))
    // A detector whose weights are not those of the graph.
    let other = try SmallData.detector(epochs: 3)
    let graph = try DetectorGraph(other, named: "other")
    #expect(throws: ExportError.self) {
      try ExportCheck(detector, graph).run(on: ExportSample.source(for: detector.record.schema))
    }
  }
}
