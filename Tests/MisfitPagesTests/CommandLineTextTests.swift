import Testing

@testable import MisfitPages

@Suite("A command on a page")
struct CommandLineTextTests {
  @Test("is split into words like in a shell, with the files that are stored elsewhere")
  func words() {
    let command = CommandLineText("fit @rows.csv --architecture \"dense 2 || dense 3\" -o @model.misfit")
    #expect(
      command.words.map(\.text) == [
        "fit", "rows.csv", "--architecture", "dense 2 || dense 3", "-o", "model.misfit",
      ])
    #expect(command.words.map(\.isFile) == [false, true, false, false, false, true])
    #expect(
      command.shown == "misfit fit rows.csv --architecture \"dense 2 || dense 3\" -o model.misfit")
    #expect(command.value(of: "-o")?.text == "model.misfit")
    #expect(command.value(of: "--hidden") == nil)
  }

  @Test("is wrapped before flags if it is long, and is the same command without the line breaks")
  func longLines() {
    let line =
      """
      fit images.idx --validation other-images-of-the-same-kind.idx --hidden 128,64,32 --loss bce --epochs \
      10 -o @m.misfit
      """
    let shown = CommandLineText(line).shown
    #expect(shown.contains(" \\\n  --"))
    #expect(shown.split(separator: "\n").allSatisfy { $0.count <= 98 })
    #expect(shown.replacing(" \\\n ", with: "") == "misfit " + line.replacing("@", with: ""))
  }
}
