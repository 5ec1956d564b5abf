import Foundation
import Testing

/// The table of penguins as the article on tables of many kinds of columns shows it.
@Suite("The article on tables of many kinds of columns")
struct TableArticleTests {
  private static let package = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }
  private let data = package.appendingPathComponent("data/penguins.csv").path
  /// The lines of the article's code blocks.
  private let shown: [String]

  init() throws {
    let article = Self.package.appendingPathComponent("Sources/Misfit/Misfit.docc/TablesOfManyKinds.md")
    let parts = try String(contentsOf: article, encoding: .utf8).components(separatedBy: "```")
    shown = parts.enumerated().filter { $0.offset % 2 == 1 }.flatMap { part in
      part.element.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  private func line(startingWith start: String) throws -> String {
    try #require(shown.first { $0.hasPrefix(start) }, "the article has no line that begins with \(start)")
  }

  /// The words of a line, without spaces and commas.
  private func words(_ line: String) -> [Substring] { line.split { $0 == " " || $0 == "," } }

  /// The words of the article's line that begins so, up to an ellipsis.
  private func shownWords(startingWith start: String) throws -> [Substring] {
    try Array(words(line(startingWith: start)).prefix { $0 != "…" })
  }

  @Test(
    "has the columns that inspect prints",
    arguments: ["Island", "Date Egg", "Culmen Length (mm)", "Comments"])
  func columns(_ name: String) throws {
    let run = try BuiltCommand().run(arguments: ["inspect", data, "-q"])
    let found = try #require(run.lines.first { $0.hasPrefix(name) })
    // The article omits the numbers of different cells, and shortens the cells.
    let (shown, all) = (words(try line(startingWith: name)), words(found))
    let kind = words(name).count
    #expect(all.prefix(kind + 1).elementsEqual(shown.prefix(kind + 1)))
    let left = shown.dropFirst(kind + 1).filter { !$0.hasPrefix("…") && !$0.hasPrefix("(…") }
    #expect(left.allSatisfy(all.contains), "\(found)")
  }

  @Test("has the kinds that inspect prints for all columns")
  func kinds() throws {
    let json = try BuiltCommand().run(arguments: ["inspect", data, "-q", "--json"]).json()
    let columns = try #require(json["columns"] as? [[String: Any]])
    #expect(
      columns.compactMap { $0["kind"] as? String } == [
        "categorical", "count", "categorical", "categorical", "categorical", "categorical", "identifier",
        "boolean",
        "datetime", "numeric", "numeric", "count", "count", "categorical", "numeric", "numeric", "text",
      ])
  }

  @Test("has the worst rows and reasons of detect and rank")
  func worst() throws {
    let command = try BuiltCommand()
    let flags = ["--id", "Individual ID", "--label", "Species", "--ignore", "Sample Number,studyName"]
    let run = try command.run(arguments: ["detect", data] + flags + ["-o", "out/"])
    let flagged = try line(startingWith: "4 of 344 samples")
    #expect(run.status == 0 && run.line(0) == flagged, "\(run.errors)")
    for (index, id) in [(3, "1  N71A2"), (4, "2  N18A1")] {
      let expected = try shownWords(startingWith: id)
      #expect(words(run.line(index)).starts(with: expected), "\(run.line(index))")
    }
    let reasons = try command.lines("out/reasons.csv").prefix(4)
    let start = try #require(shown.firstIndex(of: "rank,id,column,share,value,expected,direction"))
    #expect(reasons.elementsEqual(shown[start..<start + 4]))
    let ranked = try command.run(
      arguments: ["rank", "out/model.misfit", data, "--top", "1", "--reasons", "3", "-q"])
    let expected = try shownWords(startingWith: "1  N71A2")
    #expect(words(ranked.line(1)).starts(with: expected))
    #expect(ranked.line(1).hasSuffix("Date Egg 2007-11-30 (expected 2008-07-17)"))
  }

  @Test("fits a model whose reasons are in the units of the columns")
  func fit() throws {
    let command = try BuiltCommand()
    let flags = [
      "--model", "pca", "--id", "Individual ID", "--label", "Species", "--ignore", "Sample Number,studyName",
    ]
    #expect(try command.run(arguments: ["fit", data, "-o", "m.misfit", "-q"] + flags).status == 0)
    let json = try command.run(arguments: ["rank", "m.misfit", data, "--reasons", "3", "--json", "-q"]).json()
    let samples = try #require(json["samples"] as? [[String: Any]])
    let worst = try #require(samples.first)
    let reasons = try #require(worst["reasons"] as? [[String: Any]])
    #expect(reasons.count == 3)
    #expect(worst["id"] as? String == "N71A2")
    #expect(
      Set(reasons.compactMap { $0["feature"] as? String })
        == ["Culmen Length (mm)", "Flipper Length (mm)", "Clutch Completion"])
    let length = try #require(reasons.first { $0["feature"] as? String == "Culmen Length (mm)" })
    #expect(length["value"] as? Double == 58 && length["direction"] as? String == "above")
    let completion = try #require(reasons.first { $0["feature"] as? String == "Clutch Completion" })
    #expect(completion["value"] as? String == "No" && completion["expected"] as? String == "Yes")
  }
}
