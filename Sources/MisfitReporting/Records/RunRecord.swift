import Misfit
import MisfitCore
import MisfitIngest
import MisfitReports

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A record of a run that wrote scores: its command, and the checksums of what it read and wrote.
///
/// `misfit verify` repeats the run by it.
package struct RunRecord: Codable, Hashable, Sendable {
  /// A file, or the files of a folder or pattern, with a checksum.
  package struct Content: Codable, Hashable, Sendable {
    /// The path as the user gave it.
    package var path: String
    /// The SHA-256 in hexadecimal; of several files, that of the lines of their checksums in order.
    ///
    /// Nil for built-in data.
    package var sha256: String?

    /// Reads a file or files.
    ///
    /// - Throws: ``FileError``.
    package init(of path: String) throws(FileError) {
      self.path = path
      sha256 = try Self.checksum(of: path)
    }

    /// Returns the checksum of what the path names now; nil for built-in data.
    ///
    /// - Throws: ``FileError``.
    package static func checksum(of path: String) throws(FileError) -> String? {
      let files = DataSource.filePaths(of: [archive(of: path)])
      guard files.count != 1 || files[0] != path || FileSystem.status(of: path) != nil else { return nil }
      guard files.count > 1 else {
        return try SHA256.digest(ofFileAt: files.first ?? path).description
      }
      var hash = SHA256()
      for file in files {
        hash.update(Array("\(try SHA256.digest(ofFileAt: file).description)\n".utf8).span)
      }
      return hash.digest.description
    }

    /// Returns the path of the archive that an array is in, as in `table.npz:X`.
    private static func archive(of path: String) -> String {
      guard FileSystem.status(of: path) == nil, let colon = path.lastIndex(of: ":"), colon > path.startIndex,
        FileSystem.status(of: String(path[..<colon])) != nil
      else { return path }
      return String(path[..<colon])
    }

    /// Whether the content is as it was.
    package var isUnchanged: Bool { (try? Self.checksum(of: path)) ?? nil == sha256 }
  }

  /// The version of the program.
  package var version: String
  /// The arguments after `misfit`.
  package var arguments: [String]
  /// The model; nil if the run fitted it itself.
  package var model: Content?
  /// The data, one entry for each path that was given.
  package var data: [Content]
  /// The scores that the run wrote.
  package var scores: Content?

  /// Records a run that is done.
  ///
  /// - Throws: ``FileError``.
  package init(
    arguments: [String], model: String?, data: [String], scores: String? = nil
  ) throws(FileError) {
    version = LibraryVersion.current
    self.arguments = arguments
    if let model { self.model = try Content(of: model) }
    var contents: [Content] = []
    for path in data { contents.append(try Content(of: path)) }
    self.data = contents
    if let scores { self.scores = try Content(of: scores) }
  }

  /// The ending of the file beside scores that contains their record.
  package static let ending = ".misfit.json"

  /// The record as JSON.
  package var json: JSONObject {
    func json(_ content: Content?) -> JSONValue {
      content.map { ["path": JSONValue($0.path), "sha256": JSONValue($0.sha256)] } ?? .null
    }
    return [
      "version": JSONValue(version), "arguments": JSONValue(arguments), "model": json(model),
      "data": .array(data.map { json($0) }), "scores": json(scores),
    ]
  }

  /// Reads the record of scores: the file beside them, or the `summary.json` of their folder; nil if there is
  /// none.
  ///
  /// - Throws: ``FileError``.
  package static func of(_ path: String) throws -> RunRecord? {
    if let bytes = try bytes(of: path + ending) {
      return try? JSONDecoder().decode(RunRecord.self, from: Data(bytes))
    }
    let isFolder = FileSystem.status(of: path)?.isDirectory ?? false
    let folder = isFolder ? path : path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    struct Summary: Decodable { var record: RunRecord? }
    guard let bytes = try bytes(of: "\(folder)/summary.json") else { return nil }
    return (try? JSONDecoder().decode(Summary.self, from: Data(bytes)))?.record
  }

  private static func bytes(of path: String) throws(FileError) -> [UInt8]? {
    guard FileSystem.status(of: path)?.isRegular ?? false else { return nil }
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    while try file.read(upTo: 1 << 20, appendingTo: &bytes) > 0 {}
    return bytes
  }
}
