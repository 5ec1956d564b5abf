import MisfitCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file of lists of doubles and one text, in the safetensors format.
///
/// The lists are named by their index. Reading checks every length before it is used.
enum StateFile {
  private struct Entry: Decodable {
    var dtype = "F64"
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case offsets = "data_offsets"
    }
  }

  /// A list in an open file.
  struct List: Hashable {
    var byteOffset: Int
    var count: Int
  }

  /// The largest header that is read, in bytes.
  private static let headerByteLimit = 1 << 28

  /// Writes a file atomically; `list` returns the numbers of a list, and is called twice for each.
  ///
  /// - Throws: ``FileError``, and the errors of `list`.
  static func write(
    to path: String, text: String, listCount: Int, isDurable: Bool, _ list: (Int) throws -> [Double]
  ) throws {
    let file = try OutputFile(path)
    let entries = try (0..<listCount).map { index in
      let count = try list(index).count
      return SafeTensorsHeader.Entry(
        name: String(index), type: "F64", extents: [count], byteCount: 8 * count)
    }
    try file.write(SafeTensorsHeader(metadata: ["misfit": text], entries: entries).bytes())
    for index in 0..<listCount {
      var bytes: [UInt8] = []
      LittleEndian.append(try list(index), to: &bytes)
      try file.write(bytes)
    }
    try file.commit(isDurable: isDurable)
  }

  /// Reads the header of a file, and returns the text and the places of the lists.
  ///
  /// - Throws: ``FileError``, ``StreamError``.
  static func read(_ file: ByteFile) throws -> (text: String, lists: [List]) {
    let size = try file.regularFileSize() ?? 0
    var start = [UInt8](repeating: 0, count: 9)
    let startCount = try file.read(into: &start, 0, 9, atByteOffset: 0)
    let length = LittleEndian.integer(start, at: 0)
    guard startCount == 9, start[8] == UInt8(ascii: "{"), length <= UInt64(headerByteLimit) else {
      throw StreamError(.foreign, path: file.path)
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= size else { throw StreamError(.altered("it is truncated"), path: file.path) }
    var header = [UInt8](repeating: 0, count: Int(length))
    _ = try file.read(into: &header, 0, header.count, atByteOffset: 8)
    struct Metadata: Decodable {
      var texts: [String: String]
      enum CodingKeys: String, CodingKey { case texts = "__metadata__" }
    }
    let decoder = JSONDecoder()
    guard let text = try? decoder.decode(Metadata.self, from: Data(header)).texts["misfit"] else {
      throw StreamError(.foreign, path: file.path)
    }
    return (text, try lists(Data(header), dataStart: dataStart, size: size, path: file.path))
  }

  private static func lists(
    _ header: Data, dataStart: Int, size: Int, path: String
  ) throws(StreamError) -> [List] {
    struct Value: Decodable {
      var entry: Entry?
      init(from decoder: any Decoder) throws { entry = try? Entry(from: decoder) }
    }
    guard let values = try? JSONDecoder().decode([String: Value].self, from: header) else {
      throw StreamError(.altered("its header"), path: path)
    }
    var end = 0
    var lists: [List] = []
    for index in 0..<values.count - 1 {
      guard let entry = values[String(index)]?.entry, entry.dtype == "F64", entry.offsets.count == 2,
        entry.shape.count == 1, entry.offsets[0] == end, entry.shape[0] >= 0,
        entry.shape[0] <= (size - dataStart - end) / 8, entry.offsets[1] == end + 8 * entry.shape[0]
      else { throw StreamError(.altered("the place of list \(index)"), path: path) }
      lists.append(List(byteOffset: dataStart + end, count: entry.shape[0]))
      end = entry.offsets[1]
    }
    guard end == size - dataStart else { throw StreamError(.altered("its length"), path: path) }
    return lists
  }
}

/// Numbers as little-endian bytes.
enum LittleEndian {
  static func bytes(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  static func append(_ numbers: [Double], to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + 8 * numbers.count)
    for number in numbers {
      let bits = number.bitPattern
      for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(byte * 8))) }
    }
  }

  static func integer(_ bytes: [UInt8], at start: Int) -> UInt64 {
    var value: UInt64 = 0
    for byte in 0..<8 { value |= UInt64(bytes[start + byte]) << UInt64(byte * 8) }
    return value
  }

  static func numbers(_ bytes: [UInt8], at start: Int, count: Int) -> [Double] {
    (0..<count).map { Double(bitPattern: integer(bytes, at: start + 8 * $0)) }
  }
}
