import Foundation
import Testing

@Suite("The page of misfit inspect")
struct InspectPageTests {
  @Test("has histograms, levels, missing cells and the correlated pair, as one file or in a folder")
  func page() throws {
    let command = try BuiltCommand()
    let rows = (0..<200).map { row in
      let load = Double(row * 37 % 101)
      return "\(load),\(2 * load + Double(row % 3)),\(row * 53 % 17),\(row % 4 == 0 ? "" : "h\(row % 3)")\n"
    }
    try command.write("load,speed,other,host\n" + rows.joined(), to: "table.csv")
    let plain = try command.run("inspect table.csv -q")
    let run = try command.run("inspect table.csv -q -o page.html")
    #expect(run.status == 0 && run.lines.last == "report page.html")
    #expect(Array(run.lines.dropLast(2)) == plain.lines)
    let page = try command.text("page.html")
    for text in ["histogram of load", "h1 ", "The most strongly correlated pairs", "data:image/svg+xml"] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(try command.run("inspect table.csv -q -o out").status == 0)
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(try command.text("out/summary.json").utf8))
        as? [String: Any])
    let pairs = try #require(summary["correlations"] as? [[String: Any]])
    #expect(pairs.first?["first"] as? String == "load" && pairs.first?["second"] as? String == "speed")
    #expect((pairs.first?["spearman"] as? Double ?? 0) > 0.99)
    #expect(try command.run("fit table.csv -o m.misfit --model pca -q").status == 0)
    let refused = try command.run("inspect m.misfit -o page.html")
    #expect(refused.status == 2 && refused.errors.contains("give a table"))
  }
}
