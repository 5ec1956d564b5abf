/// A position in the input, with everything that is known about it.
public struct InputPosition: Hashable, Sendable, Codable {
  /// The path as the user gave it, or `standard input`.
  public var source: String
  /// The number of bytes before the position, after decompression.
  public var byteOffset: Int?
  /// The line of a text, from 1.
  ///
  /// A quoted field may span lines, so this is not the record.
  public var line: Int?
  /// The record, row or image, from 1; a header is not a record.
  public var record: Int?
  /// The column's name.
  public var column: String?

  /// Creates a position from the known parts.
  public init(
    source: String, byteOffset: Int? = nil, line: Int? = nil, record: Int? = nil, column: String? = nil
  ) {
    self.source = source
    self.byteOffset = byteOffset
    self.line = line
    self.record = record
    self.column = column
  }
}

extension InputPosition: CustomStringConvertible {
  /// `file.csv:12: column "pressure"`, as compilers write it, so that editors can jump there.
  public var description: String {
    var text = source
    if let line { text += ":\(line)" } else if let record { text += ": record \(record)" }
    if line == nil, record == nil, let byteOffset { text += ": byte \(byteOffset)" }
    if let column { text += ": column \"\(column)\"" }
    return text
  }
}
