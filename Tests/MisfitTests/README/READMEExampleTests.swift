import Foundation
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("The README's library code")
struct READMEExampleTests {
  @Test("The code in the README is the code that is tested")
  func sameText() throws {
    let readme = try text(of: "README.md")
    let afterHeading = try #require(readme.components(separatedBy: "## The library\n").last)
    let block = try #require(afterHeading.components(separatedBy: "```swift\n").dropFirst().first)
    let code = try #require(block.components(separatedBy: "```").first)
    let tested = try text(of: "Tests/MisfitTests/README/READMEExample.swift")
    let body = try #require(tested.components(separatedBy: "  // README begins\n").last)
    let lines = try #require(body.components(separatedBy: "  // README ends\n").first)
      .components(separatedBy: "\n").map { $0.hasPrefix("  ") ? String($0.dropFirst(2)) : $0 }
    #expect(code == "import Misfit\n\n" + lines.joined(separator: "\n"))
  }

  // In a process of its own: the code names files of the current folder.
  @Test("The code in the README fits, ranks, saves, streams and compares")
  func runs() async throws {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) {
      let folder = try TemporaryFolder()
      let table = SmallData.correlated(rows: 80, columns: ["a", "b", "c"]) + "n81,0.5,1,99\n"
      let numbers = table.split(separator: "\n").map { $0.drop { $0 != "," }.dropFirst() }
      _ = try folder.write(numbers.joined(separator: "\n") + "\n", to: "sensors.csv")
      guard FileManager.default.changeCurrentDirectoryPath(folder.path) else { exit(3) }
      try await readmeExample()
      _ = try Detector.load(folder.file("sensors.misfit"))
    }
    let output = try #require(result?.standardOutputContent)
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("81 ") })
    let printed = Array(lines[start...])
    try #require(printed.count == 14)
    let worst = try #require(Double(printed[0].split(separator: " ")[1]))
    let firstReason = try #require(printed[0].components(separatedBy: "FeatureError(").dropFirst().first)
    #expect(firstReason.contains(#"feature: "c""#), "row 81 has an anomalous c: \(printed[0])")
    #expect(printed[10] == "stream")
    #expect(Double(printed[11]) == worst, "the stream's largest error is the ranking's")
    #expect(printed[12] == #"["sample 1", "sample 2"] 0.35 4"#)
    #expect(printed[13] == "0.125", "the first is lower on none, and equal on one of four")
  }

  private func text(of path: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }
}
