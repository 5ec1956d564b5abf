import MisfitCore

extension Detector {
  /// Writes the model to a file; on an error, an existing file is unchanged.
  ///
  /// - Throws: A ``MisfitError`` if the file cannot be written.
  public func save(_ path: String) throws { try save(path, in: nil) }

  /// Writes the model.
  ///
  /// If there is a group, the file appears together with the group's others.
  ///
  /// - Throws: ``FileError``.
  package func save(_ path: String, in group: OutputGroup?) throws {
    try ModelFile(record: record, model: model).write(to: path, in: group)
  }

  /// Returns whether a file starts like a model file; its content is not checked.
  public static func isModel(_ path: String) -> Bool {
    guard FileSystem.status(of: path)?.isRegular ?? false, let file = try? ByteFile.reading(path) else {
      return false
    }
    var head: [UInt8] = []
    guard (try? file.read(upTo: 9, appendingTo: &head)) == 9 else { return false }
    return head[8] == UInt8(ascii: "{") && head[5] == 0 && head[6] == 0 && head[7] == 0
  }

  /// Reads a model from a file.
  ///
  /// - Throws: A ``MisfitError`` if the file cannot be read, or is not an intact model file.
  public static func load(_ path: String) throws -> Detector {
    let file = try ModelFile(readingFrom: path)
    return Detector(record: file.record, model: file.model)
  }
}
