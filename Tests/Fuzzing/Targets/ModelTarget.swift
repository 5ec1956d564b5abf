@testable import Misfit
@testable import MisfitCore

/// Model files, whole or with a description that was changed.
///
/// Checksums are made to fit, since they find damage and not malice.
enum ModelTarget {
  /// The models that descriptions are put into; the first byte of an input chooses.
  static let names = [
    "numeric-pca", "numeric-crowd", "numeric-neighbors", "numeric-local", "numeric-network", "typed-crowd",
    "typed-pca", "typed-network", "typed-local", "image-network",
  ]

  /// Loads a model with the description that follows the first byte, and scores a table by it.
  static func load(description bytes: [UInt8], in scratch: Scratch) throws {
    guard let choice = bytes.first else { return }
    let name = names[Int(choice) % names.count]
    var file = try SafeTensors(readingFrom: "\(scratch.models)/\(name).misfit")
    file.metadata["misfit.model"] = String(decoding: bytes.dropFirst(), as: UTF8.self)
    try use(file, data(for: name, in: scratch), in: scratch)
  }

  /// Loads a file as it is, and once more with a checksum that fits.
  static func load(_ bytes: [UInt8], in scratch: Scratch) throws {
    let path = try scratch.write(bytes, as: "given.misfit")
    do { _ = try Detector.load(path) } catch { try FuzzTarget.checkRefusal(error) }
    try use(SafeTensors(readingFrom: path), data(for: names[0], in: scratch), in: scratch)
  }

  private static func data(for name: String, in scratch: Scratch) -> String {
    "\(scratch.models)/\(name.prefix { $0 != "-" })" + (name.hasPrefix("image") ? ".idx" : ".csv")
  }

  /// The bytes of a model that is loaded and saved.
  private static func savedAgain(_ path: String) throws -> [UInt8] {
    do { try Detector.load(path).save(path + ".again") } catch {
      throw BrokenPromise("a saved model is refused: \(error)")
    }
    return try bytes(path + ".again")
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let file = try ByteFile.reading(path)
    while try file.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
    return bytes
  }

  private static func use(_ file: SafeTensors, _ data: String, in scratch: Scratch) throws {
    var file = file
    file.metadata[ModelFile.checksumKey] = ModelFile.checksum(metadata: file.metadata, tensors: file.tensors)
    let path = scratch.path("changed.misfit")
    try file.write(to: path, isDurable: false)
    let detector = try Detector.load(path)
    guard detector.schema.inputCount <= 5000 else { return }
    try TableTarget.score(detector.open(data), by: detector)
    let saved = scratch.path("saved.misfit")
    try detector.save(saved)
    try promise(savedAgain(saved) == bytes(saved), "a model that is saved again has other bytes")
  }
}
