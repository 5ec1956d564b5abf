import MisfitCore

/// The header of an NPY file, versions 1 to 3 (NumPy Enhancement Proposal 1).
///
/// It is a Python dictionary with exactly the keys `descr`, `fortran_order` and `shape`; no other Python is
/// parsed.
struct NPYHeader {
  private let name: String
  private let bytes: [UInt8]
  private var at: Int
  private let end: Int

  /// Returns whether bytes begin like an NPY file.
  static func isBeginning(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x93] + Array("NUMPY".utf8))
  }

  /// The maximum length of a header; those of plain arrays have 128 bytes.
  static let byteCountLimit = 1 << 16

  /// Reads a header.
  ///
  /// - Throws: ``IngestError``.
  static func read(_ bytes: [UInt8], name: String) throws(IngestError) -> ArrayFormat {
    var header = try NPYHeader(bytes, name: name)
    return try header.format()
  }

  private init(_ bytes: [UInt8], name: String) throws(IngestError) {
    self.name = name
    self.bytes = bytes
    func error(_ detail: String, at byteOffset: Int) -> IngestError {
      let place = InputPosition(source: name, byteOffset: byteOffset)
      return IngestError(.malformedHeader(format: "NPY", detail: detail), at: place)
    }
    guard Self.isBeginning(bytes), bytes.count >= 12 else {
      throw error("it ends too early", at: bytes.count)
    }
    guard (1...3).contains(bytes[6]) else { throw error("version \(bytes[6]) is not known", at: 6) }
    let lengthByteCount = bytes[6] == 1 ? 2 : 4
    var length = 0
    for index in (0..<lengthByteCount).reversed() { length = length << 8 | Int(bytes[8 + index]) }
    at = 8 + lengthByteCount
    end = at + length
    guard end <= bytes.count else {
      throw error(length > Self.byteCountLimit ? "it is too long" : "it ends too early", at: bytes.count)
    }
  }

  private mutating func format() throws(IngestError) -> ArrayFormat {
    var element: ElementType?
    var isFortranOrder: Bool?
    var extents: [Int]?
    try expect("{")
    while !peek("}") {
      let place = at
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where element == nil: element = try elementType()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try boolean()
      case "shape" where extents == nil: extents = try tuple()
      default: throw malformed("the key '\(key)' is not expected", at: place)
      }
      if !peek("}") { try expect(",") }
    }
    try expect("}")
    guard let element, let isFortranOrder, let extents else {
      throw malformed("a key is missing: 'descr', 'fortran_order' and 'shape' are needed", at: at)
    }
    guard (1...4).contains(extents.count) else {
      throw unsupported("an array of \(extents.count) dimensions")
    }
    return ArrayFormat(
      name: "NPY", element: element, extents: extents, isFortranOrder: isFortranOrder && extents.count > 1,
      dataByteOffset: end)
  }

  private mutating func elementType() throws(IngestError) -> ElementType {
    skipSpaces()
    guard at < end, bytes[at] == UInt8(ascii: "'") || bytes[at] == UInt8(ascii: "\"") else {
      throw unsupported("records of several fields")
    }
    let place = at
    let text = try string()
    let letters = Array(text.utf8)
    guard letters.count == 3, "<>|=".utf8.contains(letters[0]), letters[2] >= 49, letters[2] <= 56 else {
      if letters.contains(UInt8(ascii: "O")) { throw unsupported("Python objects") }
      if letters.contains(where: { "USVMm".utf8.contains($0) }) {
        throw unsupported("values of type \(text)")
      }
      throw malformed("the type '\(text)' is not known", at: place)
    }
    let isBigEndian = letters[0] == UInt8(ascii: ">")
    let byteCount = Int(letters[2] - 48)
    let kind: ElementType.Kind
    switch (letters[1], byteCount) {
    case (UInt8(ascii: "b"), 1): kind = .boolean
    case (UInt8(ascii: "u"), 1), (UInt8(ascii: "u"), 2), (UInt8(ascii: "u"), 4), (UInt8(ascii: "u"), 8):
      kind = .unsigned
    case (UInt8(ascii: "i"), 1), (UInt8(ascii: "i"), 2), (UInt8(ascii: "i"), 4), (UInt8(ascii: "i"), 8):
      kind = .signed
    case (UInt8(ascii: "f"), 2), (UInt8(ascii: "f"), 4), (UInt8(ascii: "f"), 8): kind = .float
    default: throw unsupported("values of type \(text)")
    }
    return ElementType(kind: kind, byteCount: byteCount, isBigEndian: isBigEndian)
  }

  private mutating func boolean() throws(IngestError) -> Bool {
    if accept("True") { return true }
    if accept("False") { return false }
    throw malformed("True or False is expected", at: at)
  }

  private mutating func tuple() throws(IngestError) -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !peek(")") {
      let place = at
      var number = 0
      while at < end, (48...57).contains(bytes[at]) {
        let (product, overflow) = number.multipliedReportingOverflow(by: 10)
        guard !overflow, product <= Int.max - 9 else { throw malformed("an extent is too large", at: place) }
        number = product + Int(bytes[at] - 48)
        at += 1
      }
      guard at > place else { throw malformed("a whole number is expected", at: place) }
      numbers.append(number)
      if !peek(")") { try expect(",") }
    }
    try expect(")")
    return numbers
  }

  private mutating func string() throws(IngestError) -> String {
    skipSpaces()
    let place = at
    guard at < end, bytes[at] == UInt8(ascii: "'") || bytes[at] == UInt8(ascii: "\"") else {
      throw malformed("a text in quotes is expected", at: at)
    }
    guard let close = bytes[(at + 1)..<end].firstIndex(of: bytes[at]) else {
      throw malformed("a quote is not closed", at: place)
    }
    at = close + 1
    return String(decoding: bytes[(place + 1)..<close], as: UTF8.self)
  }

  private mutating func skipSpaces() {
    while at < end, bytes[at] == 32 || bytes[at] == 10 { at += 1 }
  }

  private mutating func peek(_ text: String) -> Bool {
    skipSpaces()
    return bytes[at..<end].starts(with: text.utf8)
  }

  private mutating func accept(_ text: String) -> Bool {
    guard peek(text) else { return false }
    at += text.utf8.count
    return true
  }

  private mutating func expect(_ text: String) throws(IngestError) {
    guard accept(text) else { throw malformed("'\(text)' is expected", at: at) }
    skipSpaces()
  }

  private func malformed(_ detail: String, at byteOffset: Int) -> IngestError {
    let place = InputPosition(source: name, byteOffset: byteOffset)
    return IngestError(.malformedHeader(format: "NPY", detail: detail), at: place)
  }

  private func unsupported(_ detail: String) -> IngestError {
    IngestError(.unsupported(format: "NPY", detail: detail), at: InputPosition(source: name))
  }
}
