import MisfitCore

/// The header of an IDX file, as described on LeCun's page on MNIST: two zeros, a type, the number of
/// dimensions, big-endian extents.
enum IDXHeader {
  /// Returns whether bytes begin like an IDX file.
  static func isBeginning(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && element(bytes[2]) != nil && bytes[3] > 0
  }

  /// Reads a header.
  ///
  /// - Throws: ``IngestError``.
  static func read(_ bytes: [UInt8], name: String) throws(IngestError) -> ArrayFormat {
    guard isBeginning(bytes), let element = element(bytes[2]) else {
      throw malformed("it does not begin with two zeros, a type and a number of dimensions", name)
    }
    let dimensions = Int(bytes[3])
    guard dimensions <= 4 else {
      let kind = IngestError.Kind.unsupported(format: "IDX", detail: "\(dimensions) dimensions")
      throw IngestError(kind, at: InputPosition(source: name, byteOffset: 3))
    }
    let end = 4 + dimensions * 4
    guard bytes.count >= end else { throw malformed("it ends within the extents", name) }
    let extents = (0..<dimensions).map { index in
      bytes[(4 + index * 4)..<(8 + index * 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    return ArrayFormat(name: "IDX", element: element, extents: extents, dataByteOffset: end)
  }

  static let byteCountLimit = 20

  private static func element(_ code: UInt8) -> ElementType? {
    switch code {
    case 0x08: ElementType(kind: .unsigned, byteCount: 1, isBigEndian: true)
    case 0x09: ElementType(kind: .signed, byteCount: 1, isBigEndian: true)
    case 0x0b: ElementType(kind: .signed, byteCount: 2, isBigEndian: true)
    case 0x0c: ElementType(kind: .signed, byteCount: 4, isBigEndian: true)
    case 0x0d: ElementType(kind: .float, byteCount: 4, isBigEndian: true)
    case 0x0e: ElementType(kind: .float, byteCount: 8, isBigEndian: true)
    default: nil
    }
  }

  private static func malformed(_ detail: String, _ name: String) -> IngestError {
    let place = InputPosition(source: name, byteOffset: 0)
    return IngestError(.malformedHeader(format: "IDX", detail: detail), at: place)
  }
}
