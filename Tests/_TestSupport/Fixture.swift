import Foundation

/// Reads fixture files, which are committed with the scripts that wrote them.
package enum Fixture {
  /// The bytes of `Fixtures/name` in the test target's folder; `file` is a file directly or deeper inside
  /// that folder.
  package static func data(_ name: String, besideTestsOf file: String = #filePath) throws -> Data {
    var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("Fixtures").appendingPathComponent(name)
      if FileManager.default.fileExists(atPath: candidate.path) { return try Data(contentsOf: candidate) }
      folder.deleteLastPathComponent()
    }
    throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: name])
  }

  /// A JSON fixture.
  package static func json<Value: Decodable>(
    _ name: String, as type: Value.Type, besideTestsOf file: String = #filePath
  ) throws -> Value {
    try JSONDecoder().decode(type, from: data(name, besideTestsOf: file))
  }
}
