import Foundation
import Testing

@Suite("misfit draw")
struct DrawTests {
  private func files(_ command: BuiltCommand) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: command.path("out")).sorted()
  }

  private func both(_ names: [String]) -> [String] { names.flatMap { ["\($0).png", "\($0).svg"] } }

  @Test(
    "draw writes network and weights and, for images, a walk",
    arguments: [(2, ["code-scatter", "network", "walk", "weights"]), (3, ["network", "walk", "weights"])])
  func images(code: Int, names: [String]) throws {
    let command = try BuiltCommand()
    try command.write(SampleData.idx(30, [4, 4]), to: "x.idx")
    try command.write(SampleData.idxLabels(30), to: "y.idx")
    #expect(try command.run("fit x.idx --epochs 1 --hidden \(code) -o m.misfit -q").status == 0)
    let run = try command.run("draw m.misfit x.idx --labels y.idx --grid 4 -o out/")
    #expect(run.status == 0, "\(run.errors)")
    #expect(Set(run.lines) == Set(names.map { "out/\($0).png" }))
    #expect(try files(command) == both(names))
  }

  @Test("draw writes no walk for a table, and the explained variance for principal components")
  func tables() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let run = try command.run("draw model.misfit sensors.csv -o out")
    #expect(run.status == 0 && run.errors.contains("walks are drawn of images"))
    #expect(try files(command) == both(["network", "weights"]))
    let fit = try command.run("fit sensors.csv --ignore id,kind --model pca --components 2 -o p.misfit -q")
    #expect(fit.status == 0, "\(fit.errors)")
    let json = try command.run("draw p.misfit -o out --json").json()
    #expect(json["pictures"] as? [String] == ["weights", "explained-variance"])
  }

  @Test("draw refuses a model without drawings")
  func nothing() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.numbers(rows: 20, columns: 3), to: "t.csv")
    #expect(try command.run("fit t.csv --model neighbors -o n.misfit -q").status == 0)
    let run = try command.run("draw n.misfit -o out")
    #expect(run.status == 2 && run.errors.contains("there is nothing to draw"))
  }
}
