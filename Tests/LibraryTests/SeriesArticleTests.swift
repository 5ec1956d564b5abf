import Foundation
import Misfit
import Testing

@Suite struct SeriesArticleTests {
  @Test("the article shows the code that is tested") func theArticleShowsTheCodeThatIsTested() throws {
    let root = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    func text(_ path: String) throws -> String {
      try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
    let code = try #require(
      try text("Tests/LibraryTests/SeriesArticle.swift").components(separatedBy: "// Article: Series\n").last)
    #expect(try text("Sources/Misfit/Misfit.docc/TimeSeries.md").contains("```swift\n\(code)```"))
  }

  @Test("the event of a host is found") func theEventOfAHostIsFound() throws {
    func table(isBroken: Bool) -> String {
      var text = "time,host,load\n"
      for row in 0..<200 {
        for host in ["a", "b"] {
          let value = Double(row % 12) + (isBroken && host == "b" && row == 150 ? 60 : 0)
          let time = String(format: "2024-01-01 %02d:%02d", row / 60, row % 60)
          text += "\(time),\(host),\(value + Double((row * 7) % 5) / 10)\n"
        }
      }
      return text
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("misfit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ text: String, _ name: String) throws -> String {
      let path = folder.appendingPathComponent(name)
      try text.write(to: path, atomically: true, encoding: .utf8)
      return path.path
    }
    let found = try events(
      of: write(table(isBroken: true), "today.csv"), learnedFrom: write(table(isBroken: false), "before.csv"))
    let worst = try #require(found.max { $0.score < $1.score })
    #expect(worst.series == "b")
    #expect(worst.peak == "2024-01-01 02:30")
    #expect(worst.columns[0].value > 50)
    #expect(worst.columns[0].expected < 20)
  }
}
