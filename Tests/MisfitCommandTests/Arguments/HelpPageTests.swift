import Testing

@testable import MisfitCommand

@Suite("Help")
struct HelpPageTests {
  @Test("of the sample verbs is as recorded")
  func samples() throws {
    try Snapshot.check(HelpPage(SampleFit.self).text(width: 80), "sample-fit.txt")
    try Snapshot.check(HelpPage(SampleCompare.self).text(width: 80), "sample-compare.txt")
    try Snapshot.check(HelpPage(SampleFit.self).text(width: 60), "sample-fit-narrow.txt")
    try Snapshot.check(Program.sample().overview(width: 80, style: .plain), "sample-overview.txt")
  }

  @Test("of the command's verbs is as recorded")
  func verbs() throws {
    try Snapshot.check(Program.misfit.overview(width: 80, style: .plain), "misfit.txt")
    for verb in Program.misfit.groups.flatMap(\.verbs) {
      let page = HelpPage(verb)
      try Snapshot.check(page.text(width: 80), "misfit-\(verb.name).txt")
      guard !page.rareFlags.isEmpty else { continue }
      try Snapshot.check(page.text(width: 80, showsAll: true), "misfit-\(verb.name)-all.txt")
    }
  }

  @Test("is wrapped to its width", arguments: [40, 60, 80, 100])
  func width(_ width: Int) {
    let text =
      HelpPage(SampleFit.self).text(width: width) + Program.sample().overview(width: width, style: .plain)
    let lines = text.split(separator: "\n")
    for line in lines where !line.hasPrefix("  misfit") { #expect(line.count <= width, "\(line)") }
  }

  @Test("has escape codes only in a colored style")
  func styles() {
    #expect(!HelpPage(SampleFit.self).text(width: 80).contains("\u{1B}"))
    #expect(
      HelpPage(SampleFit.self).text(width: 80, style: TextStyle(isColored: true)).contains("\u{1B}[1mUsage:"))
  }
}
