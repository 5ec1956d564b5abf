import Foundation
import Testing

/// Text that was reviewed once and is committed under `Snapshots`.
///
/// `MISFIT_RECORD_SNAPSHOTS=1 swift test --filter MisfitCommandTests` records it again; that run fails, so
/// that no recording passes for a test.
enum Snapshot {
  static func check(_ text: String, _ name: String, location: SourceLocation = #_sourceLocation) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appendingPathComponent("Snapshots").appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["MISFIT_RECORD_SNAPSHOTS"] != nil {
      try Data(text.utf8).write(to: file)
      Issue.record(
        "recorded \(name); look at it, then run the tests without recording", sourceLocation: location)
      return
    }
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    #expect(text == recorded, "\(name) differs from what is recorded", sourceLocation: location)
  }
}
