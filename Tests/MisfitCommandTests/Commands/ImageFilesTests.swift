import Foundation
import Testing

@Suite("Single images and lists of images")
struct ImageFilesTests {
  private let command: BuiltCommand

  init() throws {
    command = try BuiltCommand()
    for index in 0..<8 {
      try command.write(
        SampleData.png(width: 4, height: 4, shade: UInt8(index * 9)), to: "photos/\(index).png")
    }
    #expect(try command.run("fit photos -o m.misfit --model pca -q").status == 0)
  }

  @Test(
    "are scored like their folder",
    arguments: ["photos/2.png photos/3.png", "photos/[23].png", "photos/2.png ./photos/3.png"])
  func scores(_ data: String) throws {
    let all = try command.run("score m.misfit photos -q").lines
    #expect(try command.run("score m.misfit \(data) -q").lines == [all[0], all[3], all[4]])
    #expect(try command.run("score m.misfit photos/2.png -q").lines == [all[0], all[3]])
  }

  @Test("a model of a list of images equals the model of their folder")
  func fit() throws {
    #expect(try command.run("fit photos/?.png -o list.misfit --model pca -q").status == 0)
    let scores = try command.run("score list.misfit photos -q").lines
    #expect(scores.count == 9)
    #expect(try command.run("score m.misfit photos -q").lines == scores)
  }

  @Test("reconstruct writes images with their names, and a single one to a file")
  func reconstructions() throws {
    #expect(try command.run("reconstruct m.misfit photos/2.png photos/3.png -o two -q").status == 0)
    #expect(command.exists("two/2.png") && command.exists("two/3.png"))
    #expect(try command.run("reconstruct m.misfit photos/2.png -o one.png -q").status == 0)
    #expect(try command.data("one.png") == command.data("two/2.png"))
    #expect(try command.run("reconstruct m.misfit photos/[2-4].png -o pattern -q").status == 0)
    #expect(try command.data("pattern/2.png") == command.data("two/2.png"))
    #expect(try command.run("reconstruct m.misfit photos/2.png -o one.png -q").status == 0)
    let several = try command.run("reconstruct m.misfit photos -o all.png -q")
    #expect(several.status == 2 && several.errors.contains("such as expected/") && !command.exists("all.png"))
  }

  @Test(
    "reconstruct never overwrites an image that it reads",
    arguments: [
      "photos/2.png -o photos/", "photos/2.png photos/3.png -o photos", "photos -o photos",
      "photos/2.png -o photos/2.png",
    ])
  func inputs(_ line: String) throws {
    let before = try command.data("photos/2.png")
    let run = try command.run("reconstruct m.misfit \(line) -q")
    #expect(run.status == 2 && run.errors.contains("overwritten"), "\(run.errors)")
    #expect(try command.data("photos/2.png") == before)
  }

  @Test("images with the same name in two folders are distinguished by their folders")
  func folders() throws {
    for name in ["a", "b"] {
      try command.write(SampleData.png(width: 4, height: 4, shade: 9), to: "\(name)/x.png")
    }
    let run = try command.run("score m.misfit a/x.png b/x.png -q")
    #expect(run.lines.dropFirst().map { $0.split(separator: ",")[0] } == ["a/x.png", "b/x.png"])
    #expect(try command.run("reconstruct m.misfit a b -o out -q").status == 0)
    #expect(command.exists("out/a/x.png") && command.exists("out/b/x.png"))
  }

  @Test("a file that is not an image is reported")
  func others() throws {
    try command.write("a,b\n1,2\n", to: "table.csv")
    let run = try command.run("score m.misfit photos/2.png table.csv -q")
    #expect(
      run.status == 2 && run.errors.contains("table.csv: this is no image in a format that is read"),
      "\(run.errors)")
    let skipped = try command.run("score m.misfit photos/2.png table.csv -q --on-error skip")
    #expect(skipped.status == 0 && skipped.lines.count == 2, "\(skipped.errors)")
  }
}
