import MisfitReporting
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("A detector with targets")
struct TargetTests {
  private let folder: TemporaryFolder

  /// Twelve small images whose brightness determines the color: dark is red, bright is blue.
  init() throws {
    folder = try TemporaryFolder()
    try FileSystem.makeDirectory(folder.file("photos"))
    for index in 0..<12 {
      let pixels = (0..<6 * 6).flatMap { place -> [UInt8] in
        let isBright = (place / 6 + place % 6 + index) % 5 < 2
        return isBright ? [40, 90, 250] : [110, 10, 10]
      }
      try PNGEncoder.write(
        Image(height: 6, width: 6, channels: 3, pixels: pixels), to: folder.file("photos/\(index).png"))
    }
  }

  private func photos(grey: Bool = false, tiles: ImagePreparation.Tiles? = nil) throws -> ImageFolderSource {
    try ImageFolderSource(folder.file("photos"), preparation: .init(isGrey: grey, tiles: tiles))
  }

  private func options(epochs: Int = 2, threads: Int = 1) throws -> FitOptions {
    var options = SmallData.options(epochs: epochs)
    options.network.hidden = nil
    options.training.batchSize = 3
    options.run.threadCount = threads
    options.rows.validationShare = 0.25
    options.rows.targetSource = try photos()
    return options
  }

  /// A few steps of a small network, so that tests are brief.
  private func smallOptions(threads: Int = 1) throws -> FitOptions {
    var options = try options(threads: threads)
    options.network.architecture = "conv 2 3 tanh || conv 3 3 sigmoid"
    options.scores.calibration = .split
    options.training.noise = Noise(.gaussian, amount: 0.1)
    return options
  }

  private func colourer(_ edit: (inout FitOptions) -> Void = { _ in }) throws -> Detector {
    var options = try smallOptions()
    edit(&options)
    return try Detector.fit(photos(grey: true), options: options)
  }

  @Test("learns to color gray images, with chosen layers")
  func colours() throws {
    var choices: [Choice] = []
    var options = try options(epochs: 60)
    options.training.optimizer.learningRate = 0.003
    let detector = try Detector.fit(photos(grey: true), options: options) { event in
      if case .planned(_, let made) = event { choices = made }
    }
    #expect(choices.contains { $0.option == .architecture && $0.value == "image-to-image" })
    #expect(detector.schema.shape == .image(height: 6, width: 6, channels: 1))
    #expect(detector.outputSchema.shape == .image(height: 6, width: 6, channels: 3))
    let errors = try detector.score(photos(), targets: photos()).scores()
    // Their variance is about 0.05; what is learned of it is nearly all.
    #expect(errors.allSatisfy { $0 < 0.01 }, "\(errors)")
    let picture = try #require(
      detector.score(photos(), targets: photos()).largest(1).first?.picture(rank: 1, of: detector))
    #expect(picture.input?.channels == 1 && picture.original.channels == 3)
    #expect(picture.reconstruction.channels == 3)
  }

  @Test("has errors between target and output, by every measure and at any number of threads")
  func errors() throws {
    let detector = try colourer()
    var scoring = try detector.score(photos(), targets: photos())
    var seen: [[Double]] = []
    for threads in [1, 3] {
      scoring.threadCount = threads
      scoring.batchCapacity = 5
      var errors: [Double] = []
      try scoring.forEachBatch { batch in
        for index in 0..<batch.count {
          let target = try #require(batch.target(at: index)).array
          let output = batch.reconstruction(at: index).array
          #expect(target.count == 108 && output.count == 108 && batch.input(at: index).count == 36)
          let differences = zip(target, output).map { Double($0) - Double($1) }
          let all = batch.allErrors(at: index)
          let square = differences.reduce(0) { $0 + $1 * $1 } / 108
          #expect(areClose(all.meanSquared, square, relative: 1e-5))
          #expect(areClose(all.meanAbsolute, differences.reduce(0) { $0 + abs($1) } / 108, relative: 1e-5))
          errors.append(all.meanSquared)
        }
      }
      seen.append(errors)
    }
    #expect(seen[0] == seen[1] && seen[0].count == 12)
    // Three rows are too few to calibrate on, so the nine trained on are.
    #expect(detector.calibration.origin == .training && detector.calibration.scores.count == 9)
    #expect(detector.calibration.scores.fraction(atOrBelow: (seen[0].min() ?? 0) * 0.5) == 0)
    #expect(detector.calibration.scores.fraction(atOrBelow: (seen[0].max() ?? 0) * 1.01) == 1)
  }

  @Test("without targets computes images and codes, and no scores")
  func withoutTargets() throws {
    let detector = try colourer()
    let source = try photos()
    #expect(throws: TargetError(.needed, source: source.name)) { try detector.score(source) }
    try detector.reconstruct(source).forEachBatch { batch in
      #expect(batch.targets == nil && batch.outputShape == .image(height: 6, width: 6, channels: 3))
      #expect(batch.scores.allSatisfy { $0.isNaN })
      #expect(batch.sample(at: 0).reasons.isEmpty)
    }
    let plain = try SmallData.detector()
    #expect(throws: TargetError(.notWanted, source: "small")) {
      try plain.score(SmallData.source(), targets: SmallData.source())
    }
    var options = try smallOptions()
    (options.network.architecture, options.model) = (nil, .principalComponents)
    #expect(throws: TargetError(.notForModel(.principalComponents), source: source.name)) {
      try Detector.fit(source, options: options)
    }
  }

  @Test("refuses targets that do not match the samples, also when scoring")
  func wrongTargets() throws {
    let detector = try colourer()
    let few = try MemorySource(rows: [[1, 2]])
    #expect(throws: IngestError.self) { try detector.score(photos(), targets: few) }
    try FileSystem.makeDirectory(folder.file("others"))
    try PNGEncoder.write(
      Image(height: 6, width: 6, channels: 3, pixels: Array(repeating: 1, count: 108)),
      to: folder.file("others/0.png"))
    let others = try ImageFolderSource(folder.file("others"))
    let error = #expect(throws: IngestError.self) { try detector.score(photos(), targets: others) }
    #expect(error?.kind == .partnerMissing("1.png", in: others.name))
  }

  @Test("is saved as the same file by one, two and four threads, in memory and spilled")
  func sameBits() throws {
    for limit in [1 << 30, 900] {
      func bytes(_ threads: Int) throws -> [UInt8] {
        try DeterminismTests.savedBytes(
          colourer { ($0.run.threadCount, $0.run.memoryLimitBytes) = (threads, limit) })
      }
      let one = try bytes(1)
      for threads in [2, 4] { #expect(try bytes(threads) == one, "\(threads) threads, \(limit)") }
    }
  }

  @Test("interrupted and resumed, with noise, has the bits of an uninterrupted run")
  func resumes() throws {
    let expected = try DeterminismTests.savedBytes(colourer())
    for stop in [0, 2, 4] {
      var seen = 0
      var options = try smallOptions()
      options.run.checkpointPath = folder.file("run.checkpoint")
      #expect(throws: FitError.self) {
        try Detector.fit(
          photos(grey: true), options: options,
          shouldStop: {
            seen += 1
            return seen > stop
          })
      }
      options.run.resumes = true
      let resumed = try Detector.fit(photos(grey: true), options: options)
      #expect(try DeterminismTests.savedBytes(resumed) == expected, "stopped after \(stop) batches")
      options.rows.targetSource = try photos(grey: true)
      #expect(throws: FitError(.dataChanged(checkpointPath: folder.file("run.checkpoint")))) {
        try Detector.fit(photos(grey: true), options: options)
      }
    }
  }

  @Test("is saved and loaded with its targets, in a version that earlier programs refuse")
  func saves() throws {
    let detector = try colourer()
    let path = folder.file("colour.misfit")
    try detector.save(path)
    let loaded = try Detector.load(path)
    #expect(loaded.targetSchema == detector.targetSchema && loaded.training.targetSource != nil)
    #expect(
      try loaded.score(photos(), targets: photos()).scores()
        == detector.score(photos(), targets: photos()).scores())
    #expect(try SafeTensors(readingFrom: path).metadata["misfit.version"] == "2")
  }

  @Test("with a file whose targets do not match its network is an error, not a trap")
  func hostile() throws {
    let path = folder.file("colour.misfit")
    try colourer().save(path)
    let good = try HandMadeModel(of: path)
    for change in [
      { $0.model["targetSchema"] = nil }, { $0.set(["targetSchema", "shape"], to: ["extents": [6, 6, 1]]) },
      { $0.set(["architecture", "targetShape"], to: ["extents": [6, 6, 4]]) },
      { $0.set(["targetSchema", "scales"], to: [1]) },
    ] as [(inout HandMadeModel) -> Void] {
      var model = good
      change(&model)
      try model.write(to: path)
      #expect(throws: ModelFileError.self) { try Detector.load(path) }
    }
    try good.write(to: path)
    #expect(throws: Never.self) { try Detector.load(path) }
  }

  @Test("stitches tiles with their targets, and has the errors of the tiles")
  func tiles() throws {
    let tiles = ImagePreparation.Tiles(side: 4, stride: 2)
    var options = try smallOptions()
    options.rows.targetSource = try photos(tiles: tiles)
    let detector = try Detector.fit(photos(grey: true, tiles: tiles), options: options)
    var scoring = try detector.score(photos(), targets: photos())
    var whole: [Double] = []
    try scoring.forEachBatch { batch in
      let target = try #require(batch.target(at: 0)).array
      #expect(target.count == 108 && batch.reconstruction(at: 0).count == 108 && batch.inputs.count == 36)
      if batch.record(at: 0) == 1 {
        #expect(target.prefix(3).map { ($0 * 255).rounded() } == [40, 90, 250])
      }
      #expect(batch.sample(at: 0).errorMap?.count == 36)
      whole += batch.scores
    }
    scoring.stitchesTiles = false
    let parts = try scoring.scores()
    #expect(parts.count == 48)
    #expect(whole == (0..<12).map { parts[$0 * 4..<$0 * 4 + 4].max() ?? 0 })
    try detector.reconstruct(photos()).forEachBatch { batch in
      #expect(batch.outputShape == .image(height: 6, width: 6, channels: 3))
      #expect(batch.sample(at: 0).errorMap == nil)
    }
    #expect(throws: IngestError.self) {
      options.rows.targetSource = try photos()
      return try Detector.fit(photos(grey: true, tiles: tiles), options: options)
    }
  }

  @Test("has columns of the target as reasons, in their own units")
  func tables() throws {
    let inputs = try CSVSource(text: SmallData.correlated(rows: 60), name: "in", options: SmallData.ids)
    let targets = try CSVSource(
      text: SmallData.correlated(rows: 60, columns: ["c", "b"]), name: "out", options: SmallData.ids)
    var options = SmallData.options()
    options.rows.targetSource = targets
    let detector = try Detector.fit(inputs, options: options)
    #expect(detector.network.outputWidth == 2)
    let sample = try #require(detector.score(inputs, targets: targets).largest(1).first)
    #expect(Set(sample.reasons.map(\.feature)) == ["b", "c"])
    let reason = try #require(sample.reasons.first { $0.feature == "c" })
    guard case .number(let value) = reason.value else {
      Issue.record("the value is no number")
      return
    }
    #expect(value > 19 && value < 31 && sample.input.count == 3)
    #expect(sample.target?.count == 2 && sample.reconstruction.count == 2)
  }

  @Test("writes images as PNG files with their names, in the shape of the target")
  func writesImages() throws {
    let detector = try colourer()
    let output = try ImageFolderOutput(folder.file("out"), of: detector)
    var expected: [Float] = []
    try detector.reconstruct(photos()).forEachBatch { batch in
      if expected.isEmpty { expected = batch.reconstruction(at: 0).array }
      try output.write(batch)
    }
    #expect(output.imageCount == 12)
    let image = try ImageDecoder.raster(ofFile: folder.file("out/0.png"))
    #expect(image.width == 6 && image.height == 6 && image.channels == 3)
    guard case .bytes(let pixels) = image.samples else { return }
    #expect(pixels == expected.map { UInt8(($0 * 255).rounded()) })
    #expect(throws: ImageFolderOutput.OutputError.self) {
      try ImageFolderOutput(folder.file("out"), of: SmallData.detector())
    }
  }
}
