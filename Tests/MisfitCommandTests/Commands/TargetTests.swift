import Foundation
import Testing

@Suite("Targets on the command line")
struct TargetTests {
  /// Grey images of 4 x 4 pixels, and a folder without the last of them.
  private func command() throws -> BuiltCommand {
    let command = try BuiltCommand()
    for index in 0..<8 {
      let image = SampleData.png(width: 4, height: 4, shade: UInt8(20 + 20 * index))
      try command.write(image, to: "photos/\(index).png")
      if index < 7 { try command.write(image, to: "fewer/\(index).png") }
    }
    return command
  }

  private let fit = "fit photos --target photos --target-resize 8x8 --epochs 1 -o large.misfit"

  @Test("predict large images from small ones, from the fit to the report")
  func enlarges() throws {
    let command = try command()
    let run = try command.run(fit + " --tensorboard runs")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("a target for each: images of 8 x 8 x 1"), "\(run.errors)")
    #expect(run.errors.contains("chose --architecture image-to-image"), "\(run.errors)")
    let inspection = try command.run("inspect large.misfit")
    #expect(inspection.output.contains("samples     images of 4 x 4 x 1"))
    #expect(inspection.output.contains("targets     images of 8 x 8 x 1"))
    #expect(inspection.output.contains("resized to 8 x 8"))
    let scores = try command.run("score large.misfit photos --target photos")
    #expect(scores.status == 0 && scores.lines.count == 9, "\(scores.errors)")
    #expect(try command.run("rank large.misfit photos --target photos").status == 0)
    let report = try command.run("report large.misfit photos --target photos -o report")
    #expect(report.status == 0 && command.exists("report/worst.png"), "\(report.errors)")
    let made = try command.run("reconstruct large.misfit photos -o made/")
    #expect(made.status == 0 && command.exists("made/7.png"), "\(made.errors)")
    let whole = try command.run("inspect large.misfit --json").json()
    #expect(whole["targetShape"] as? [Int] == [8, 8, 1])
    #expect(try command.run("encode large.misfit photos -o codes.npy").status == 0)
    let both = try command.run(
      "compare large.misfit large.misfit photos --target photos -o comparison")
    #expect(both.status == 0, "\(both.errors)")
  }

  @Test("are used by detect, and by compare for fitted networks")
  func detects() throws {
    let command = try command()
    let detected = try command.run("detect photos --target photos --target-resize 8x8 --epochs 1 -o out")
    #expect(detected.status == 0, "\(detected.errors)")
    let compared = try command.run(
      """
      compare --hidden 2 --hidden 3 photos --target photos --target-resize 8x8 --epochs 1 --validation 0.5 \
      -o both
      """
    )
    #expect(compared.status == 0 && compared.output.contains("16-2-64"), "\(compared.errors)")
  }

  @Test(
    "are refused with a remedy if they cannot be paired",
    arguments: [
      ("fit photos --target fewer", "\"7.png\" has no partner in fewer", "give each image a partner"),
      ("fit fewer --target photos", "\"7.png\" has no partner in fewer", "give each image a partner"),
      ("fit photos --target-resize 8x8", "need targets", "give --target PATH too"),
      ("fit photos --target photos --model pca", "only reconstructs rows", "omit --target"),
      ("fit photos --target photos --validation fewer", "needs targets too", "--validation-target PATH"),
      ("fit photos --target photos --validation-target fewer", "the target of", "to --validation"),
      ("fit photos --tile 2 --target photos --target-resize 8x8", "the targets are cut into", "resize both"),
    ])
  func refusals(_ line: String, _ problem: String, _ remedy: String) throws {
    let run = try command().run(line)
    #expect(run.status == 2, "\(run.output)")
    #expect(run.errors.contains(problem), "\(run.errors)")
    #expect(run.errors.contains(remedy), "\(run.errors)")
  }

  @Test("are requested by a model with targets, and refused by one without")
  func lacks() throws {
    let command = try command()
    #expect(try command.run(fit).status == 0)
    for line in [
      "score large.misfit photos", "rank large.misfit photos", "report large.misfit photos -o out",
    ] {
      let run = try command.run(line)
      #expect(run.status == 2 && run.errors.contains("add --target PATH"), "\(run.errors)")
    }
    #expect(try command.run("fit photos --epochs 1 -o plain.misfit").status == 0)
    let run = try command.run("score plain.misfit photos --target photos")
    #expect(run.status == 2 && run.errors.contains("omit --target"), "\(run.errors)")
    let same = try command.run("reconstruct large.misfit photos -o photos/")
    #expect(same.status == 2 && same.errors.contains("would be overwritten"), "\(same.errors)")
  }
}
