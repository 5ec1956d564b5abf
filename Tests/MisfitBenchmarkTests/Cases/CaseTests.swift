import Misfit
import Testing
import _TestSupport

@testable import MisfitBenchmark

@Suite("Benchmark cases at a tiny size")
struct CaseTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// All files of a case in the test's folder, and everything in this process.
  private func setting(rowLimit: Int) -> CaseSetting {
    var setting = CaseSetting()
    setting.threadCount = 2
    setting.rowLimit = rowLimit
    setting.workFolder = folder.path
    setting.dataFolder = folder.path
    return setting
  }

  /// Files of the names and the form of MNIST, with squares of different sizes instead of digits.
  private func writeImages(count: Int) throws {
    for name in ["train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz"] {
      var bytes: [UInt8] = [
        0, 0, 8, 3, 0, 0, UInt8(count / 256), UInt8(count % 256), 0, 0, 0, 28, 0, 0, 0, 28,
      ]
      for image in 0..<count {
        let size = 4 + image % 20
        for pixel in 0..<784 {
          bytes.append(pixel / 28 < size && pixel % 28 < size ? UInt8(200 + image % 50) : 0)
        }
      }
      try OutputFile.write(bytes, to: folder.file(name))
    }
  }

  @Test(
    "A training case trains its epochs on its rows and counts them",
    arguments: [
      "random30-1", "random30-2", "mnist-32", "mnist-32-bce", "mnist-deep", "mnist-conv", "mnist-convbn",
    ])
  func training(_ name: String) throws {
    try writeImages(count: 300)
    let chosen = try #require(BenchmarkCases.named(name).first as? TrainingCase)
    let measurement = try chosen.measure(setting(rowLimit: 256))
    #expect(measurement.caseName == name)
    #expect(measurement.seconds.count == chosen.epochs)
    #expect(measurement.sampleCount == 256)
    let loss = try #require(measurement.validationLoss)
    #expect(loss > 0 && loss < 0.75)
    #expect(try #require(measurement.floatingPointOperations) > 0)
  }

  @Test("A loss outside its band is a wrong answer")
  func lossBand() throws {
    let band = LossBand(range: 0.68...0.69)
    try band.check(0.685, seed: 42)
    #expect(throws: BenchmarkError.self) { try band.check(0.70, seed: 42) }
    #expect(throws: BenchmarkError.self) { try band.check(0.67, seed: 42) }
    #expect(throws: BenchmarkError.self) { try band.check(nil, seed: 42) }
    #expect(throws: BenchmarkError.self) { try band.check(.nan, seed: 42) }
    try band.check(0.70, seed: 1)
    #expect(throws: BenchmarkError.self) { try band.check(0.8, seed: 1) }
  }

  @Test("Scores of images in memory agree with the formulas")
  func scoring() throws {
    try writeImages(count: 300)
    let measurement = try ScoringCase().measure(setting(rowLimit: 200))
    #expect(measurement.sampleCount == 400)
    #expect(try #require(measurement.largestRelativeError) <= ScoreCheck.tolerance)
  }

  @Test("A synthetic table is scored, and its scores agree with the formulas")
  func table() throws {
    let setting = setting(rowLimit: 3000)
    try TableCase().prepare(setting)
    let measurement = try TableCase().measure(setting)
    #expect(measurement.sampleCount == 3000)
    #expect(measurement.byteCount == FileSystem.status(of: TableFiles(setting).table)?.size)
    #expect(try #require(measurement.largestRelativeError) <= ScoreCheck.tolerance)
  }

  @Test("Weights that a peer's generator wrote are used")
  func peerWeights() throws {
    let setting = setting(rowLimit: 500)
    let files = TableFiles(setting)
    let row = "[" + Array(repeating: "0.5", count: 30).joined(separator: ",") + "]"
    let first = Array(repeating: row, count: 8).joined(separator: ",")
    let narrow = "[" + Array(repeating: "0.25", count: 8).joined(separator: ",") + "]"
    let second = Array(repeating: narrow, count: 30).joined(separator: ",")
    let bias = { (count: Int) in "[" + Array(repeating: "0.125", count: count).joined(separator: ",") + "]" }
    let json =
      "{\"layers\":[{\"weight\":[\(first)],\"bias\":\(bias(8))},"
      + "{\"weight\":[\(second)],\"bias\":\(bias(30))}]}"
    try OutputFile.write(json.utf8, to: files.peerWeights)
    try TableCase().prepare(setting)
    let network = try Detector.load(files.model).network
    #expect(network.parameters.array.prefix(240).allSatisfy { $0 == 0.5 })
    #expect(network.parameters.array.suffix(30).allSatisfy { $0 == 0.125 })
    _ = try TableCase().measure(setting)
  }

  @Test("A score that is wrong, or on the wrong line, is detected")
  func wrongScore() throws {
    var check = ScoreCheck()
    try check.compare(1.00001, with: 1, row: 1)
    #expect(check.count == 1 && check.largestRelativeError > 0.9e-5)
    #expect(throws: BenchmarkError.self) { try check.compare(1.001, with: 1, row: 2) }
    #expect(throws: BenchmarkError.self) { try check.compare(.nan, with: 1, row: 2) }
  }

  @Test("A case without its data has an error with a remedy")
  func missingData() throws {
    for name in ["mnist-32", "score-mnist-32", "start-version"] {
      let obstacle = try #require(BenchmarkCases.named(name).first?.obstacle(setting(rowLimit: 10)))
      #expect(obstacle.diagnosis.remedy != nil)
    }
    #expect(BenchmarkCases.named("random30-1").first?.obstacle(setting(rowLimit: 10)) == nil)
  }

  @Test("A plain network equals the formulas")
  func plain() throws {
    let network = try Network(
      .dense(inputShape: .row(2), hidden: [1], activation: .relu, outputActivation: .sigmoid), seed: 1)
    network.parameters.copy(from: [2, -1, 0.5, 1, -1, 0, 0.25])
    // h = relu(2 * 1 - 1 * 0.5 + 0.5) = 2; y = sigmoid(2), sigmoid(-1.75)
    let error = try #require(PlainAutoencoder(network)).meanSquaredError([1, 0.5])
    let expected = ((1 - 0.880797078) * (1 - 0.880797078) + (0.5 - 0.148047198) * (0.5 - 0.148047198)) / 2
    #expect(abs(error - expected) < 1e-8)
  }

  @Test("The first rows of a source are the same as the source's", arguments: [1, 7, 1024, 1025, 5000])
  func firstRows(_ limit: Int) throws {
    let source = RandomSource(rowCount: 3000, columnCount: 2, seed: 5)
    func values(_ source: some RecordSource) throws -> [Double] {
      var values: [Double] = []
      try source.forEachBatch { values += $0.values[..<($0.rowCount * 2)] }
      return values
    }
    let all = try values(source)
    #expect(try values(FirstRows(source, limit: limit)) == Array(all.prefix(2 * limit)))
  }

  @Test("A sample of lines begins after the header and counts all lines")
  func lineSample() throws {
    let path = try folder.write("head\na\nb\nc\nd\ne\n", to: "lines.txt")
    let sample = try LineSample(path, every: 2)
    #expect(sample.lines == ["a", "c", "e"])
    #expect(sample.lineCount == 6)
  }
}
