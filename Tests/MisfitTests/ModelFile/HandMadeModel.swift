import Foundation

@testable import Misfit

/// A safetensors file with arbitrary content and a valid checksum.
struct HandMadeModel {
  /// The model's description, as parsed JSON.
  var model: [String: Any]
  /// The state of a checkpoint.
  var progress: [String: Any]?
  var version = "1"
  var tensors: [(name: String, extents: [Int], values: [Float])]

  /// Reads the file of a detector.
  init(of path: String) throws {
    let file = try SafeTensors(readingFrom: path)
    model = try Self.object(file.metadata["misfit.model"] ?? "")
    progress = try file.metadata["misfit.progress"].map(Self.object)
    tensors = file.tensors.map { ($0.name, $0.extents, $0.values.array) }
  }

  private static func object(_ text: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }

  private static func text(_ object: [String: Any]) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
  }

  /// Replaces the value at a path of keys and positions.
  mutating func set(_ path: [String], to value: Any) {
    model = Self.setting(path[...], in: model, to: value) as? [String: Any] ?? model
  }

  private static func setting(_ path: ArraySlice<String>, in tree: Any, to value: Any) -> Any {
    guard let key = path.first else { return value }
    if var object = tree as? [String: Any] {
      object[key] = setting(path.dropFirst(), in: object[key] ?? NSNull(), to: value)
      return object
    }
    guard var array = tree as? [Any], let index = Int(key), array.indices.contains(index) else {
      return value
    }
    array[index] = setting(path.dropFirst(), in: array[index], to: value)
    return array
  }

  /// Writes the file with a checksum that fits; `edit` changes texts of the metadata before that.
  func write(to path: String, edit: (inout [String: String]) -> Void = { _ in }) throws {
    var metadata = ["format": "misfit", "misfit.version": version, "misfit.model": try Self.text(model)]
    if let progress { metadata["misfit.progress"] = try Self.text(progress) }
    edit(&metadata)
    let tensors = tensors.map {
      SafeTensors.Tensor(name: $0.name, extents: $0.extents, values: FloatBuffer($0.values).all)
    }
    metadata[ModelFile.checksumKey] = ModelFile.checksum(metadata: metadata, tensors: tensors)
    try SafeTensors(metadata: metadata, tensors: tensors).write(to: path)
  }
}

/// Bytes of a safetensors file with any header.
func safeTensorsBytes(header: String, length: UInt64? = nil, data: [UInt8] = []) -> [UInt8] {
  let header = Array(header.utf8)
  let length = length ?? UInt64(header.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + header + data
}
