import Foundation
import MisfitReporting
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Hostile model files")
struct HostileModelTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("model.misfit")
    try SmallData.detector().save(path)
  }

  @Test(
    "A hostile header is an error",
    arguments: [
      ("negative extent", #"{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#),
      ("two negative extents", #"{"w":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#),
      ("overflowing shape", #"{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#),
      (
        "overflowing byte count",
        #"{"w":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}"#
      ),
      ("extent beyond 64 bits", #"{"w":{"dtype":"F32","shape":[1e30],"data_offsets":[0,4]}}"#),
      ("negative offset", #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#),
      ("offsets reversed", #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#),
      (
        "offsets at the end of the numbers",
        #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}"#
      ),
      ("one offset", #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#),
      ("no offsets", #"{"w":{"dtype":"F32","shape":[1]}}"#),
      ("wrong type", #"{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#),
      (
        "overlapping tensors",
        #"{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
          + #""w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
      ),
      (
        "a gap",
        #"{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
          + #""w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#
      ),
      ("nothing but tensors", #"{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#),
      ("metadata of numbers", #"{"__metadata__":{"format":1}}"#),
      ("metadata under another name", #"{"metadata":{"format":"misfit"}}"#),
      ("a huge tensor", #"{"w":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]}}"#),
    ])
  func header(name: String, header: String) throws {
    try write(safeTensorsBytes(header: header, data: [UInt8](repeating: 0, count: 8)))
    #expect(throws: ModelFileError.self) { try Detector.load(path) }
  }

  @Test(
    "A header with an absurd length is an error",
    arguments: [UInt64.max, UInt64(Int.max), 1 << 62, 100_000_001, 100_000_000, 3, 2, 1, 0])
  func length(length: UInt64) throws {
    try write(safeTensorsBytes(header: #"{"a":{}}"#, length: length))
    #expect(throws: ModelFileError.self) { try Detector.load(path) }
  }

  @Test("Deep nesting is an error")
  func deep() throws {
    let depth = 200_000
    for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
      let nested = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
      try write(safeTensorsBytes(header: #"{"__metadata__":\#(nested)}"#))
      #expect(throws: ModelFileError.self) { try Detector.load(path) }
      let model = try HandMadeModel(of: SmallDataFile.saved(in: folder))
      try model.write(to: path) { $0["misfit.model"] = nested }
      #expect(throws: ModelFileError(.altered("its description"), path: path)) { try Detector.load(path) }
    }
  }

  @Test("A consistent hand-made file is accepted as the same model")
  func control() throws {
    let detector = try Detector.load(path)
    try HandMadeModel(of: path).write(to: path)
    #expect(try Detector.load(path).weightBits == detector.weightBits)
  }

  @Test("A wrong checksum is an error")
  func checksum() throws {
    try HandMadeModel(of: path).write(to: path)
    var file = try SafeTensors(readingFrom: path)
    file.tensors[0].values[0] += 1
    try file.write(to: path)
    #expect(throws: ModelFileError(.altered("its content"), path: path)) { try Detector.load(path) }
    file.metadata[ModelFile.checksumKey] = nil
    try file.write(to: path)
    #expect(throws: ModelFileError(.altered("its content"), path: path)) { try Detector.load(path) }
  }

  struct Lie: Sendable, CustomTestStringConvertible {
    var path: String
    var json: String
    init(_ path: String, _ json: String) { (self.path, self.json) = (path, json) }
    var testDescription: String { "\(path) = \(json.prefix(60))" }
  }

  @Test(
    "Impossible descriptions are errors, whatever the checksum",
    arguments: [
      Lie("architecture.layers", "[]"),
      Lie("architecture.layers.0.dense.units", "0"),
      Lie("architecture.layers.0.dense.units", "-3"),
      Lie("architecture.layers.0.dense.units", "3"),
      Lie("architecture.layers.0.dense.units", "1000000000"),
      Lie("architecture.layers.0.dense.units", "300000000000"),
      Lie("architecture.layers.0.dense.units", "4611686018427387904"),
      Lie("architecture.layers.0.dense.units", "9223372036854775807"),
      Lie("architecture.layers.0.dense.activation", #""magic""#),
      Lie("architecture.layers.0", #"{"sparse":{"units":2}}"#),
      Lie("architecture.layers.1.dense.units", "4"),
      Lie("architecture.codeLayer", "-1"),
      Lie("architecture.codeLayer", "2"),
      Lie("architecture.inputShape", "[]"),
      Lie("architecture.inputShape", "[0]"),
      Lie("architecture.inputShape", "[-3]"),
      Lie("architecture.inputShape", "[3,1]"),
      Lie("architecture.inputShape", "[4611686018427387904,4]"),
      Lie("schema.shape", "[4]"),
      Lie("schema.shape", "[1,1,3]"),
      Lie("schema.columnNames", #"["a","b"]"#),
      Lie("schema.columnNames", "7"),
      Lie("schema.means", "[1,2]"),
      Lie("schema.means", "[1,2,1e999]"),
      Lie("schema.means", #"[1,2,"NaN"]"#),
      Lie("schema.offsets", "[]"),
      Lie("schema.scales", "[1,1,0]"),
      Lie("schema.scales", "[1,1,null]"),
      Lie("schema.scaling", #""magic""#),
      Lie("training.options.epochs", "0"),
      Lie("training.options.batchSize", "0"),
      Lie("training.options.batchSize", "9223372036854775807"),
      Lie("training.options.seed", "-1"),
      Lie("training.options.loss", #""magic""#),
      Lie("training.epochs", #"{"epoch":1}"#),
      Lie("training.epochs", "[1,2]"),
      Lie("training.memoryLimitBytes", "-1"),
      Lie("training.memoryLimitBytes", "9223372036854775807"),
      Lie("training.rowCount", "-5"),
      Lie("training.rowCount", "1e40"),
      Lie("calibration.measure", #""magic""#),
      Lie("calibration.threshold", "7"),
      Lie("calibration.scores.values", "[1,null]"),
      Lie("calibration.scores.nan", "-1"),
    ])
  func description(lie: Lie) throws {
    var model = try HandMadeModel(of: path)
    model.set(lie.path.split(separator: ".").map(String.init), to: "LIE")
    try model.write(to: path) {
      $0["misfit.model"] = $0["misfit.model"]?.replacingOccurrences(of: #""LIE""#, with: lie.json)
    }
    #expect(throws: ModelFileError.self) { try Detector.load(path) }
  }

  @Test("Tensors that are missing, renamed or of another shape are errors")
  func tensors() throws {
    let model = try HandMadeModel(of: path)
    for index in model.tensors.indices {
      var lacking = model
      lacking.tensors.remove(at: index)
      try lacking.write(to: path)
      #expect(throws: ModelFileError.self) { try Detector.load(path) }
      var renamed = model
      renamed.tensors[index].name = "other"
      try renamed.write(to: path)
      #expect(throws: ModelFileError.self) { try Detector.load(path) }
      var reshaped = model
      reshaped.tensors[index].extents.append(1)
      try reshaped.write(to: path)
      #expect(throws: ModelFileError.self) { try Detector.load(path) }
    }
  }

  @Test("Unusual but harmless numbers are read, and shown without a trap")
  func harmless() throws {
    var model = try HandMadeModel(of: path)
    model.set(["training", "epochs"], to: [Any]())
    model.set(["training", "bestEpoch"], to: -7)
    model.set(["training", "threadCount"], to: Int.min)
    model.set(["calibration", "threshold", "quantile"], to: 17.5)
    model.tensors[0].values = model.tensors[0].values.map { _ in .nan }
    try model.write(to: path)
    let detector = try Detector.load(path)
    #expect(detector.training.trainLoss == nil)
    let report = try DetectionReport(detector.score(SmallData.source())).write(to: folder.file("out"))
    #expect(report.count == 60)
    #expect(report.distribution.nanCount == 60)
    #expect(report.flaggedCount == 0)
  }

  private func write(_ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}

/// A model to begin with.
enum SmallDataFile {
  static func saved(in folder: TemporaryFolder) throws -> String {
    let path = folder.file("good.misfit")
    try SmallData.detector().save(path)
    return path
  }
}
