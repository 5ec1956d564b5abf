#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The header of a safetensors file, which all files of this format are written with.
///
/// A file has the length of the header as 8 little-endian bytes; the header, a JSON object; and the raw
/// numbers, little-endian and without gaps. Source: huggingface/safetensors, "Format".
package struct SafeTensorsHeader {
  /// A tensor.
  package struct Entry {
    /// Its name.
    package var name: String
    /// The type of its numbers: `F32`, `F64`.
    package var type: String
    /// The extents, outermost first.
    package var extents: [Int]
    /// The number of its bytes.
    package var byteCount: Int

    /// Creates an entry.
    package init(name: String, type: String, extents: [Int], byteCount: Int) {
      self.name = name
      self.type = type
      self.extents = extents
      self.byteCount = byteCount
    }
  }

  private struct Value: Encodable {
    var dtype: String
    var shape: [Int]
    var dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case dataOffsets = "data_offsets"
    }
  }

  /// The texts of the `__metadata__` entry.
  package var metadata: [String: String]
  /// The tensors, in the order of the file.
  package var entries: [Entry]

  /// Creates a header.
  package init(metadata: [String: String], entries: [Entry]) {
    self.metadata = metadata
    self.entries = entries
  }

  /// Returns the bytes of a file before its numbers: the length of the header, and the header.
  ///
  /// Keys are sorted, so that the same content gives the same file, and spaces pad the header to a multiple
  /// of 8 bytes, so that tensors are aligned.
  package func bytes() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var parts: [String] = []
    if !metadata.isEmpty {
      parts.append("\"__metadata__\":" + String(decoding: try encoder.encode(metadata), as: UTF8.self))
    }
    var offset = 0
    for entry in entries {
      let end = offset + entry.byteCount
      let value = Value(dtype: entry.type, shape: entry.extents, dataOffsets: [offset, end])
      let name = String(decoding: try encoder.encode(entry.name), as: UTF8.self)
      parts.append(name + ":" + String(decoding: try encoder.encode(value), as: UTF8.self))
      offset = end
    }
    var header = Array("{\(parts.joined(separator: ","))}".utf8)
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) } + header
  }
}
