import Foundation
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("A model on disk")
struct ModelFileTests {
  let folder: TemporaryFolder
  let path: String
  let detector: Detector

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("model.misfit")
    detector = try SmallData.detector(epochs: 1, hidden: [1])
    try detector.save(path)
  }

  @Test("A saved detector is loaded with the same record, bits and scores")
  func roundTrip() throws {
    let loaded = try Detector.load(path)
    #expect(loaded.weightBits == detector.weightBits)
    #expect(loaded.schema == detector.schema)
    #expect(loaded.calibration == detector.calibration)
    #expect(loaded.training == detector.training.withoutTimes)
    #expect(loaded.network.architecture == detector.network.architecture)
    let source = try SmallData.source(rows: 90, seed: 3)
    #expect(try loaded.score(source).largest(90) == detector.score(source).largest(90))
  }

  @Test("Saving a loaded model writes the same bytes")
  func sameBytes() throws {
    let again = folder.file("again.misfit")
    try Detector.load(path).save(again)
    #expect(try bytes(of: again) == bytes(of: path))
  }

  @Test("A file truncated at any byte is an error that names the file")
  func truncated() throws {
    let whole = try bytes(of: path)
    let cut = folder.file("cut.misfit")
    for count in 0..<whole.count {
      try write(Array(whole[..<count]), to: cut)
      let error = #expect(throws: ModelFileError.self) { try Detector.load(cut) }
      guard let error else { return }
      #expect(error.path == cut)
      if count > 8 {
        guard case .truncated(let expected, count) = error.kind else {
          Issue.record("\(count) bytes of \(whole.count): \(error.kind)")
          return
        }
        #expect(expected > count)
      }
    }
  }

  @Test("An additional byte is an error")
  func tooLong() throws {
    try write(bytes(of: path) + [0], to: path)
    #expect(throws: ModelFileError(.altered("its length"), path: path)) { try Detector.load(path) }
  }

  @Test("A change of any byte is detected")
  func flipped() throws {
    let masks: [UInt8] = [0x01, 0x20, 0xFF]
    let whole = try bytes(of: path)
    let flipped = folder.file("flipped.misfit")
    for index in whole.indices {
      var changed = whole
      changed[index] ^= masks[index % 3]
      try write(changed, to: flipped)
      #expect(throws: ModelFileError.self, "byte \(index) of \(whole.count)") { try Detector.load(flipped) }
    }
  }

  @Test("Foreign files are not taken for models")
  func foreign() throws {
    let png = try PNGEncoder.encode(Image(height: 2, width: 2, channels: 1, pixels: [1, 2, 3, 4]))
    let foreign: [(String, [UInt8], ModelFileError.Kind)] = [
      ("empty", [], .data("an empty file")),
      ("table.csv", Array("a,b\n1,2\n3,4\n".utf8), .data("text")),
      ("json", Array(#"{"model": {"layers": []}, "more": [1, 2, 3]}"#.utf8), .data("text")),
      ("picture.png", png, .data("an image")), ("table.csv.gz", [0x1F, 0x8B, 8, 0], .data("gzip data")),
      ("array.npy", [0x93] + Array("NUMPY".utf8) + [1, 0], .data("an NPY array")),
      ("short", [0, 2, 3], .foreign), ("zeros", [UInt8](repeating: 0, count: 100), .foreign),
      ("ones", [UInt8](repeating: 255, count: 100), .foreign),
      ("brace", safeTensorsBytes(header: "{"), .foreign),
      ("no json", safeTensorsBytes(header: "{not json}"), .foreign),
      ("array", safeTensorsBytes(header: "[1, 2]"), .foreign),
    ]
    for (name, content, kind) in foreign {
      let path = folder.file(name)
      try write(content, to: path)
      #expect(throws: ModelFileError(kind, path: path), "\(name)") { try Detector.load(path) }
    }
    #expect(throws: (any Error).self) { try Detector.load(folder.path) }
    let near = folder.file("model.misfi")
    #expect(throws: ModelFileError(.missing(nearest: path), path: near)) { try Detector.load(near) }
  }

  @Test("A safetensors file of another program is reported as such")
  func otherModel() throws {
    let other = folder.file("other.safetensors")
    let tensor = SafeTensors.Tensor(name: "w", extents: [2], values: FloatBuffer([1, 2]).all)
    for metadata in [[:], ["format": "pt"]] {
      try SafeTensors(metadata: metadata, tensors: [tensor]).write(to: other)
      #expect(throws: ModelFileError(.notAModel, path: other)) { try Detector.load(other) }
    }
  }

  @Test("A later version is reported as such, and there is none before the first")
  func version() throws {
    var model = try HandMadeModel(of: path)
    model.version = "6"
    try model.write(to: path)
    #expect(throws: ModelFileError(.laterVersion(6), path: path)) { try Detector.load(path) }
    for version in ["0", "-1", "one", "", "99999999999999999999"] {
      model.version = version
      try model.write(to: path)
      #expect(throws: ModelFileError(.notAModel, path: path)) { try Detector.load(path) }
    }
  }

  @Test("Every error has a message that contains the file")
  func sentences() {
    let kinds: [ModelFileError.Kind] = [
      .foreign, .notAModel, .truncated(expectedByteCount: 9, byteCount: 8), .altered("its length"),
      .laterVersion(2), .notACheckpoint,
    ]
    let texts = kinds.map { ModelFileError($0, path: "some/model").diagnosis.description }
    for text in texts { #expect(text.contains("some/model")) }
    #expect(Set(texts).count == kinds.count)
  }

  @Test("Reading stops at the first bytes of a file that cannot be a model")
  func endless() throws {
    #expect(throws: ModelFileError(.foreign, path: "/dev/zero")) { try Detector.load("/dev/zero") }
  }

  private func bytes(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
