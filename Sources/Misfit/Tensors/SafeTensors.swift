import MisfitCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Named tensors of 32-bit floats with text metadata, in the safetensors format.
///
/// The file format: the length of the header as 8 little-endian bytes; the header, a JSON object; the raw
/// tensors, little-endian and without gaps. Source: huggingface/safetensors, "Format". Reading checks every
/// length before it is used, and executes nothing.
struct SafeTensors {
  /// A named tensor.
  struct Tensor {
    var name: String
    /// The extents, outermost first.
    var extents: [Int]
    /// The values: as many as the product of the extents.
    var values: FloatSlice
  }

  /// The texts of the `__metadata__` entry.
  var metadata: [String: String]
  /// The tensors, in the order of the file.
  var tensors: [Tensor]

  /// Returns the tensor with a name; nil if there is none.
  func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// The number of floats of all tensors.
  var valueCount: Int { tensors.reduce(0) { $0 + $1.values.count } }
}

// MARK: - Writing

extension SafeTensors {
  /// Writes a file atomically.
  ///
  /// - Throws: ``FileError``.
  func write(to path: String, isDurable: Bool = true, in group: OutputGroup? = nil) throws {
    let file = try OutputFile(path, in: group)
    let entries = tensors.map { tensor in
      SafeTensorsHeader.Entry(
        name: tensor.name, type: "F32", extents: tensor.extents, byteCount: 4 * tensor.values.count)
    }
    try file.write(SafeTensorsHeader(metadata: metadata, entries: entries).bytes())
    for tensor in tensors {
      for start in stride(from: 0, to: tensor.values.count, by: 1 << 14) {
        let chunk = tensor.values[start..<min(start + 1 << 14, tensor.values.count)]
        try file.write(Self.littleEndianBytes(of: chunk))
      }
    }
    try file.commit(isDurable: isDurable)
  }

  private static func littleEndianBytes(of values: FloatSlice) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    for index in 0..<values.count {
      let bits = values[index].bitPattern
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
    }
    return bytes
  }
}

// MARK: - Reading

extension SafeTensors {
  /// The value of a header's key: the entry of a tensor, or the metadata.
  private enum HeaderValue: Decodable {
    case metadata([String: String])
    case entry(dtype: String, shape: [Int], offsets: [Int])

    enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case offsets = "data_offsets"
    }

    init(from decoder: any Decoder) throws {
      if let container = try? decoder.container(keyedBy: CodingKeys.self),
        let dtype = try? container.decode(String.self, forKey: .dtype),
        let shape = try? container.decode([Int].self, forKey: .shape)
      {
        self = .entry(dtype: dtype, shape: shape, offsets: try container.decode([Int].self, forKey: .offsets))
      } else {
        self = .metadata(try decoder.singleValueContainer().decode([String: String].self))
      }
    }
  }

  /// The largest header that is read, in bytes; real models do not come near it.
  private static let headerByteLimit = 100_000_000

  /// Reads a file.
  ///
  /// - Throws: ``FileError``; ``ModelFileError`` with the kind of damage: foreign, truncated or altered.
  init(readingFrom path: String) throws {
    guard path == "-" || FileSystem.status(of: path) != nil else {
      throw ModelFileError(.missing(nearest: FileSystem.nearestPath(to: path)), path: path)
    }
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    // Data that was passed as a model may be larger than memory, so the rest is read only if the start looks
    // like a model.
    while bytes.count < 9, try file.read(upTo: 1 << 12, appendingTo: &bytes) > 0 {}
    if let what = Self.dataKind(bytes) { throw ModelFileError(.data(what), path: path) }
    guard bytes.count >= 9 else { throw ModelFileError(.foreign, path: path) }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (UInt64($1) * 8) }
    guard length >= 2, length <= UInt64(Self.headerByteLimit), bytes[8] == UInt8(ascii: "{")
    else { throw ModelFileError(.foreign, path: path) }
    let capacity = try file.regularFileSize().map { min(1 << 20, $0) } ?? 1 << 20
    while try file.read(upTo: max(capacity, 1), appendingTo: &bytes) > 0 {}
    let dataStart = 8 + Int(length)
    guard dataStart <= bytes.count else {
      throw ModelFileError(.truncated(expectedByteCount: dataStart, byteCount: bytes.count), path: path)
    }
    guard let header = try? JSONDecoder().decode([String: HeaderValue].self, from: Data(bytes[8..<dataStart]))
    else { throw ModelFileError(.foreign, path: path) }
    metadata = [:]
    tensors = []
    var entries: [(name: String, extents: [Int], range: Range<Int>)] = []
    for (name, value) in header {
      switch value {
      case .metadata(let texts):
        guard name == "__metadata__" else { throw ModelFileError(.altered("tensor \(name)"), path: path) }
        metadata = texts
      case .entry(let dtype, let shape, let offsets):
        let range = try Self.range(name: name, dtype: dtype, shape: shape, offsets: offsets, path: path)
        entries.append((name, shape, range))
      }
    }
    entries.sort { $0.range.lowerBound < $1.range.lowerBound }
    var end = 0
    for entry in entries {
      guard entry.range.lowerBound == end else {
        throw ModelFileError(.altered("the place of tensor \(entry.name)"), path: path)
      }
      end = entry.range.upperBound
    }
    guard end <= bytes.count - dataStart else {
      throw ModelFileError(.truncated(expectedByteCount: dataStart + end, byteCount: bytes.count), path: path)
    }
    guard end == bytes.count - dataStart else { throw ModelFileError(.altered("its length"), path: path) }
    tensors = entries.map { entry in
      let values = Self.floats(
        in: bytes, from: dataStart + entry.range.lowerBound, count: entry.range.count / 4)
      return Tensor(name: entry.name, extents: entry.extents, values: values)
    }
  }

  /// Returns the range of a tensor's bytes, counted from the end of the header, after checking that shape and
  /// offsets agree.
  private static func range(
    name: String, dtype: String, shape: [Int], offsets: [Int], path: String
  ) throws -> Range<Int> {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { throw ModelFileError(.altered("the shape of \(name)"), path: path) }
      count = product
    }
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: 4)
    guard dtype == "F32", !overflow, offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0],
      offsets[1] - offsets[0] == byteCount
    else { throw ModelFileError(.altered("the shape of tensor \(name)"), path: path) }
    return offsets[0]..<offsets[1]
  }

  /// Returns the kind of data that was passed as a model; nil if it is not recognized.
  private static func dataKind(_ bytes: [UInt8]) -> String? {
    if bytes.isEmpty { return "an empty file" }
    if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) { return "an NPY array" }
    if bytes.starts(with: [0x1F, 0x8B]) { return "gzip data" }
    if bytes.starts(with: [0x89] + Array("PNG".utf8)) { return "an image" }
    // The upper bytes of a header's length are zero, and text contains no zeros.
    return bytes.prefix(4096).allSatisfy { $0 >= 9 && $0 < 0xF5 } ? "text" : nil
  }

  private static func floats(in bytes: [UInt8], from start: Int, count: Int) -> FloatSlice {
    let values = FloatBuffer(count: count).all
    for index in 0..<count {
      let offset = start + index * 4
      let bits =
        UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
        | UInt32(bytes[offset + 3]) << 24
      values[index] = Float(bitPattern: bits)
    }
    return values
  }
}
