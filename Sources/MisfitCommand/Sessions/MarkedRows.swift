import Misfit

/// The ids of rows that a person marks: a list, or a file.
enum MarkedRows {
  /// Returns the ids of a text: a file with a column named id, or with an id in each line;
  /// else ids separated by commas.
  ///
  /// - Throws: ``FileError`` if the file cannot be read; ``ArgumentError`` if it has no ids.
  static func ids(_ text: String) throws -> [String] {
    let isFile = FileSystem.status(of: text) != nil
    let isPath = isFile || text.contains("/") || text.hasSuffix(".csv") || text.hasSuffix(".txt")
    let ids = isPath ? try idsOfFile(text) : text.split(separator: ",").map { String($0) }
    guard !ids.isEmpty else {
      throw ArgumentError(
        .conflict("\(text) has no ids", remedy: "give an id in each line, or a table with a column id"))
    }
    return ids
  }

  private static func idsOfFile(_ path: String) throws -> [String] {
    let lines = try DelimitedText(path: path).lines
    let column = lines.first?.firstIndex(of: "id")
    // Without a name, it is unclear whether other fields are ids, too.
    if column == nil, let line = lines.first(where: { $0.count > 1 }) {
      throw ArgumentError(
        .conflict(
          "\(path) has no column id, and a line with \(line.count) fields",
          remedy: "give an id in each line, or a table with a column id"))
    }
    return lines.dropFirst(column == nil ? 0 : 1).compactMap { line in
      line.indices.contains(column ?? 0) ? line[column ?? 0] : nil
    }.filter { !$0.isEmpty }
  }

  /// Returns the scores of a table of scores by id, and the names of its columns.
  ///
  /// - Throws: ``FileError``; ``ArgumentError`` if the table has no columns id and score.
  static func scores(_ path: String) throws -> (scores: [String: Double], columns: [String]) {
    let lines = try DelimitedText(path: path).lines
    let names = lines.first ?? []
    guard let id = names.firstIndex(of: "id"), let score = names.firstIndex(of: "score") else {
      throw ArgumentError(
        .conflict(
          "\(path) has no columns id and score", remedy: "give a file that misfit score wrote as CSV"))
    }
    var scores: [String: Double] = [:]
    for line in lines.dropFirst() where line.count == names.count {
      scores[line[id]] = Double(line[score])
    }
    return (scores, names)
  }
}

/// The fields of a small text with commas, in which quotes may enclose commas and line breaks.
private struct DelimitedText {
  /// The fields of each line that is not blank.
  private(set) var lines: [[String]] = []

  /// Reads a file.
  ///
  /// - Throws: ``FileError``.
  init(path: String) throws {
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    while try file.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    var field: [UInt8] = []
    var line: [String] = []
    var isQuoted = false
    func endField() {
      line.append(String(decoding: field, as: UTF8.self))
      field.removeAll()
    }
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "\""):
        // Two quotes within quotes are one.
        if !isQuoted, index > 0, bytes[index - 1] == byte { field.append(byte) }
        isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted: endField()
      case UInt8(ascii: "\r") where !isQuoted: break
      case UInt8(ascii: "\n") where !isQuoted:
        endField()
        if line != [""] { lines.append(line) }
        line.removeAll()
      default: field.append(byte)
      }
    }
    endField()
    if line != [""] { lines.append(line) }
  }
}
