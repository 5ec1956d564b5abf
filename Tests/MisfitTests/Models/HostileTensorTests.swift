import Foundation
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Hostile tensors in model files")
struct HostileTensorTests {
  struct Lie: Sendable, CustomTestStringConvertible {
    var model: ModelChoice
    var tensor: String
    /// The new extents, or nil for the old ones.
    var extents: [Int]?
    var value: Float?

    init(_ model: ModelChoice, _ tensor: String, extents: [Int]? = nil, value: Float? = nil) {
      (self.model, self.tensor, self.extents, self.value) = (model, tensor, extents, value)
    }

    var testDescription: String { "\(model.rawValue) \(tensor) \(extents ?? []) \(value ?? 0)" }
  }

  private func file(_ model: ModelChoice, _ folder: TemporaryFolder) throws -> HandMadeModel {
    var options = SmallData.options()
    options.model = model
    let path = folder.file("model.misfit")
    try Detector.fit(SmallData.source(), options: options).save(path)
    return try HandMadeModel(of: path)
  }

  @Test(
    "Tensors of other sizes, and numbers that are not finite, are errors",
    arguments: [
      Lie(.local, "reference", extents: [1, 3]), Lie(.local, "reference", extents: [45, 4]),
      Lie(.local, "reference", value: .nan), Lie(.local, "reference", value: 1e30),
      Lie(.local, "baselines", extents: [3, 59]), Lie(.local, "baselines", value: .infinity),
      Lie(.neighbors, "reference", extents: [60, 2]), Lie(.neighbors, "reference", value: -.infinity),
      Lie(.principalComponents, "components", extents: [0, 3]),
      Lie(.principalComponents, "components", extents: [1, 2]),
      Lie(.principalComponents, "mean", extents: [2]), Lie(.principalComponents, "mean", value: .nan),
      Lie(.principalComponents, "variances", value: -1),
      Lie(.principalComponents, "noise_variance", extents: [2]),
      Lie(.principalComponents, "noise_variance", value: -1),
      Lie(.principalComponents, "noise_variance", value: .nan),
      Lie(.global, "columns", extents: [5, 3]), Lie(.global, "columns", value: .nan),
      Lie(.global, "columns", value: 0), Lie(.global, "penalties", extents: [3, 1]),
      Lie(.global, "penalties", value: .infinity), Lie(.global, "reference", extents: [1, 3]),
    ])
  func tensors(lie: Lie) throws {
    let folder = try TemporaryFolder()
    var file = try file(lie.model, folder)
    let index = try #require(file.tensors.firstIndex { $0.name == lie.tensor })
    if let extents = lie.extents {
      file.tensors[index].extents = extents
      file.tensors[index].values = Array(repeating: 0.5, count: extents.reduce(1, *))
    }
    if let value = lie.value {
      for place in file.tensors[index].values.indices { file.tensors[index].values[place] = value }
    }
    try file.write(to: folder.file("lie.misfit"))
    #expect(throws: ModelFileError.self) { try Detector.load(folder.file("lie.misfit")) }
  }

  @Test(
    "Descriptions that do not match the tensors are errors",
    arguments: [
      (["model"], "magic"), (["model"], "pca"), (["model"], "autoencoder"), (["model"], "crowd"),
      (["neighbors", "scores"], ""), (["neighbors", "scores", "0", "deviation"], "-1"),
      (["calibration", "measure"], "magic"),
    ])
  func descriptions(path: [String], text: String) throws {
    let folder = try TemporaryFolder()
    var file = try file(.local, folder)
    let value: Any = text.isEmpty ? [Any]() : Double(text).map { $0 as Any } ?? text
    file.set(path, to: value)
    try file.write(to: folder.file("lie.misfit"))
    #expect(throws: ModelFileError.self) { try Detector.load(folder.file("lie.misfit")) }
  }

  @Test(
    "A score measure of another kind of model is an error",
    arguments: [
      (ModelChoice.autoencoder, "own"), (.autoencoder, "mahalanobis"), (.principalComponents, "own"),
      (.principalComponents, "relative"), (.local, "mahalanobis"),
    ])
  func ownScore(model: ModelChoice, measure: String) throws {
    let folder = try TemporaryFolder()
    var file = try file(model, folder)
    file.set(["calibration", "measure"], to: measure)
    try file.write(to: folder.file("lie.misfit"))
    #expect(throws: ModelFileError.self) { try Detector.load(folder.file("lie.misfit")) }
  }

  @Test("Principal components of earlier versions, without a noise variance, are scored by their error")
  func oldComponents() throws {
    let folder = try TemporaryFolder()
    var file = try file(.principalComponents, folder)
    file.tensors.removeAll { $0.name == "noise_variance" }
    try file.write(to: folder.file("lie.misfit"))
    #expect(throws: ModelFileError.self) { try Detector.load(folder.file("lie.misfit")) }
    file.set(["calibration", "measure"], to: "mse")
    try file.write(to: folder.file("old.misfit"))
    let old = try Detector.load(folder.file("old.misfit"))
    // All but those that a gross outlier raises.
    let samples = try old.score(SmallData.source()).largest(20)
    #expect(samples.count { $0.score == $0.reconstructionError } >= 15)
  }

  @Test(
    "A model of a table without its imputer, or with two levels of one name, is an error",
    arguments: [nil, "yes", String(repeating: "y", count: 300)])
  func table(level: String?) throws {
    let folder = try TemporaryFolder()
    var options = SmallData.options()
    options.model = .neighbors
    let path = folder.file("model.misfit")
    try Detector.fit(CSVSource(text: MixedTableTests.table()), options: options).save(path)
    var file = try HandMadeModel(of: path)
    file.version = "2"
    try file.write(to: path)
    _ = try Detector.load(path)
    if let level {
      for (index, text) in [level, level.count > 256 ? level + "y" : level].enumerated() {
        file.set(["schema", "table", "columns", "4", "levels", String(index), "text"], to: text)
      }
    } else {
      file.tensors.removeAll { $0.name == "imputer.reference" }
    }
    try file.write(to: path)
    #expect(throws: ModelFileError.self) { try Detector.load(path) }
  }
}
