import Foundation
import MisfitImages
import Testing

/// Masks, boxes and labels of images, as processes.
@Suite("Annotated defects of images")
struct DefectCommandsTests {
  /// Writes images with smooth shades; those of defects have a bright square at a corner of their own.
  private func makeData(_ kinds: [String] = ["defect"]) throws -> BuiltCommand {
    let command = try BuiltCommand()
    for index in 0..<16 { try command.write(picture(index), to: "train/good/\(index).png") }
    for index in 0..<6 { try command.write(picture(index + 20), to: "test/good/\(index).png") }
    for kind in kinds {
      for index in 0..<4 {
        try command.write(picture(index + 40, squareAt: index), to: "test/\(kind)/\(index).png")
        try command.write(mask(index), to: "masks/\(kind)/\(index)_mask.png")
      }
    }
    let fit = try command.run("fit train/good --model pca --components 2 -o m.misfit -q")
    #expect(fit.status == 0, "\(fit.errors)")
    return command
  }

  private func picture(_ index: Int, squareAt corner: Int? = nil) throws -> Data {
    encoded { row, column in
      let isSquare = corner.map { Self.isInSquare(row, column, $0) } ?? false
      return isSquare ? 255 : UInt8(60 + row * 4 + column * (index % 3) + (row * 7 + column * index * 5) % 6)
    }
  }

  private func mask(_ corner: Int) throws -> Data {
    encoded { Self.isInSquare($0, $1, corner) ? 255 : 0 }
  }

  private static func isInSquare(_ row: Int, _ column: Int, _ corner: Int) -> Bool {
    (2..<5).contains(corner < 2 ? row : row - 6) && (2..<5).contains(corner % 2 == 0 ? column : column - 6)
  }

  private func encoded(_ value: (Int, Int) -> UInt8) -> Data {
    let pixels = (0..<144).map { value($0 / 12, $0 % 12) }
    let image = Image(height: 12, width: 12, channels: 1, pixels: pixels)
    return Data((try? PNGEncoder.encode(image)) ?? [])
  }

  @Test("a look at a folder of images shows their sizes and labels")
  func inspection() throws {
    let command = try makeData()
    let result = try command.run("inspect test")
    #expect(result.status == 0 && result.output.contains("10 images, 1 size"), "\(result.errors)")
    #expect(result.output.contains("12x12") && result.output.contains("learn them whole (--model local)"))
    let json = try command.run("inspect test --json").json()
    #expect(json["labels"] as? [String: Int] == ["good": 6, "defect": 4])
    #expect(json["sizes"] as? [String: Int] == ["12x12": 10])
  }

  @Test("masks give figures of pixels and regions in the terminal, in JSON and on the page")
  func masks() throws {
    let command = try makeData()
    let report = try command.run("report m.misfit test --masks masks -o out")
    #expect(report.status == 0, "\(report.errors)")
    #expect(report.output.contains("annotated images: AUROC 1.000"))
    #expect(report.output.contains("pixels: AUROC 1.000"))
    #expect(report.output.contains("defects: 100.0 % of 4 regions hit with one false region an image"))
    #expect(report.output.contains("at the threshold: 4 of 4 flagged, and "))
    let page = try command.text("out/report.html")
    #expect(page.contains("AUPRO") && page.contains("at the threshold, F1"))
    let score = try command.run("score m.misfit test --masks masks -o s.csv --json")
    let json = try score.json()
    let defects = try #require(json["defects"] as? [String: Any])
    #expect(defects["regions"] as? Int == 4 && defects["images"] as? Int == 10)
    #expect(defects["pixelsOfDefects"] as? Int == 36 && defects["imageAUROC"] as? Double == 1)
    #expect((defects["aupro"] as? Double ?? 0) > 0.95)
    #expect((json["confusion"] as? [String: Any])?["truePositives"] as? Int == 4)
  }

  @Test("boxes that stand for the masks give the same figures")
  func boxes() throws {
    let command = try makeData()
    for index in 0..<4 {
      let (x, y) = (index % 2 == 0 ? 2 : 8, index < 2 ? 2 : 8)
      try command.write("\(x * 10) \(y * 10) \(x * 10 + 30) \(y * 10 + 30) 1\n", to: "boxes/\(index).txt")
    }
    let masks = try command.run("score m.misfit test --masks masks -o s.csv --json").json()
    let boxes = try command.run(
      "score m.misfit test --boxes boxes --box-size 120x120 -o s.csv --json"
    ).json()
    let (first, second) = (masks["defects"] as? NSDictionary, boxes["defects"] as? NSDictionary)
    #expect(first != nil && first == second)
    let wrong = try command.run("score m.misfit test --boxes boxes -o s.csv")
    #expect(wrong.message.contains("is outside of the image of 12 x 12"))
    #expect(wrong.errors.contains("name it by --box-size 640x640"))
    let both = try command.run("score m.misfit test --boxes boxes --masks masks -o s.csv")
    #expect(both.status == 2 && both.message.contains("--masks and --boxes both annotate the images"))
  }

  @Test("of several kinds of defects, all are judged against the good images")
  func severalLabels() throws {
    let command = try makeData(["crack", "hole"])
    let report = try command.run("report m.misfit test -o out")
    #expect(report.output.contains("AUROC 1.000, average precision 1.000 for all labels but \"good\""))
    #expect(report.output.contains("at the threshold: 8 of 8 flagged"))
    for index in 0..<4 { _ = try command.shell("rm masks/hole/\(index)_mask.png") }
    let missing = try command.run("report m.misfit test -o out --masks masks")
    #expect(missing.message.contains("image hole/0.png has the label of a defect, and no mask"))
  }

  @Test("what is outside of a region of interest has no part in scores and figures")
  func regionOfInterest() throws {
    let command = try makeData()
    try command.write(encoded { _, column in column < 6 ? 255 : 0 }, to: "left.png")
    let wholes = "--model pca --components 2"
    for (flags, kind) in [
      ("--region 0,0,6,12", wholes), ("--mask-out left.png", wholes),
      ("--region 0,0,6,12", "--tile 6 --tile-stride 2 \(wholes)"),
    ] {
      let fit = try command.run(
        arguments: ["fit", "train/good", "-o", "roi.misfit", "-q"]
          + (flags + " " + kind).split(separator: " ").map(String.init))
      #expect(fit.status == 0, "\(fit.errors)")
      let json = try command.run("score roi.misfit test --masks masks -o s.csv --json").json()
      let defects = try #require(json["defects"] as? [String: Any])
      #expect(defects["regions"] as? Int == 2 && defects["pixels"] as? Int == 720)
      let scores = try command.text("s.csv").split(separator: "\n").map { $0.split(separator: ",") }
      let flagged = Set(scores.filter { $0.count > 5 && $0[5] == "1" }.map { String($0[0]) })
      #expect(!flagged.contains("defect/1.png") && !flagged.contains("defect/3.png"), "\(flags) \(kind)")
      #expect(flagged.contains("defect/0.png") && flagged.contains("defect/2.png"), "\(flags) \(kind)")
    }
    let outside = try command.run("fit train/good --region 8,8,9,1 -o x.misfit")
    #expect(outside.message.contains("the region 8,8,9,1 is not inside of an image of 12 x 12"))
    let mapless = try command.run("score m.misfit test --region 0,0,6,12")
    #expect(mapless.message.contains("need a model whose scores are those of maps"))
    let tiles = try command.run("fit train/good --tile 6 --tile-stride 2 \(wholes) -o tiles.misfit -q")
    #expect(tiles.status == 0, "\(tiles.errors)")
    let later = try command.run("score tiles.misfit test --region 0,0,6,12 --masks masks -o s.csv --json")
    #expect((try later.json()["defects"] as? [String: Any])?["pixels"] as? Int == 720)
  }

  @Test("a folder is watched: each image is scored once, also one that is written slowly")
  func watch() throws {
    let command = try makeData()
    try command.write(picture(20), to: "photos/a.png")
    let whole = try picture(40, squareAt: 0)
    let run = try command.run("watch photos --model m.misfit --json -q") { process in
      Thread.sleep(forTimeInterval: 1)
      try command.write(whole.prefix(90), to: "photos/new/b.png")
      try command.write("no image", to: "photos/notes.txt")
      Thread.sleep(forTimeInterval: 1.2)
      try command.write(whole, to: "photos/new/b.png")
      Thread.sleep(forTimeInterval: 1.2)
      kill(process.processIdentifier, SIGINT)
    }
    #expect(run.status == 130, "\(run.errors)")
    let objects = try run.lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.map { $0["id"] as? String } == ["a.png", "new/b.png"])
    #expect(objects.map { $0["flag"] as? Bool } == [false, true])
    let scores = try command.run("score m.misfit photos/a.png photos/new/b.png").output
    #expect(scores.contains(try #require(objects[1]["score"] as? Double).description.prefix(6)))
    #expect(try command.run("watch photos").message.contains("images are scored by a model"))
    let mapless = try command.run("watch photos --model m.misfit -o pictures")
    #expect(mapless.message.contains("--output needs a model whose scores are those of maps"))
  }

  @Test("each flagged image of a watched folder gets pictures as it arrives")
  func watchPictures() throws {
    let command = try makeData()
    let fit = try command.run(
      "fit train/good --tile 6 --tile-stride 2 --model pca --components 2 -o tiles.misfit -q")
    #expect(fit.status == 0, "\(fit.errors)")
    try command.write(picture(20), to: "photos/a.png")
    try command.write(picture(40, squareAt: 0), to: "photos/b.png")
    try command.write(picture(41, squareAt: 3), to: "photos/new/b.png")
    let run = try command.run("watch photos --model tiles.misfit -o out --format csv -q") { process in
      Thread.sleep(forTimeInterval: 1.5)
      kill(process.processIdentifier, SIGINT)
    }
    #expect(run.status == 130, "\(run.errors)")
    let rows = run.lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    #expect(rows.map { $0[0] } == ["id", "a.png", "b.png", "new/b.png"])
    #expect(rows.map { $0[5] } == ["overlay", "", "out/overlays/b.png", "out/overlays/new/b.png"])
    for name in ["b", "new/b"] {
      let mask = try PNGDecoder.decode(bytes: [UInt8](command.data("out/masks/\(name).png")), path: name)
      #expect(mask.width == 12 && mask.pixels.contains(255))
      for folder in ["maps", "overlays"] { #expect(command.exists("out/\(folder)/\(name).png")) }
    }
    #expect(!command.exists("out/maps/a.png"))
    let inside = try command.run("watch photos --model tiles.misfit -o photos/out")
    #expect(inside.message.contains("would be scored as images of photos"))
  }

  @Test("flags of contrast and of an image's score are kept in the model, and said by inspect")
  func preparation() throws {
    let command = try makeData()
    let fit = try command.run(
      """
      fit train/good --tile 6 --tile-stride 2 --contrast patch --tile-score top --model pca --components 2 \
      -o m.misfit -q
      """)
    #expect(fit.status == 0, "\(fit.errors)")
    let shown = try command.run("inspect m.misfit").output
    #expect(shown.contains("contrast of each patch normalized, tiles of 6 x 6 every 2 pixels"))
    #expect(shown.contains("the mean of the highest thousandth"))
    let none = try command.run("fit train/good --tile-score top -o n.misfit")
    #expect(none.message.contains("--tile-score top combines the scores of patches"), "\(none.errors)")
    let similar = try command.run("fit train/good --error ssim -o s.misfit -q")
    #expect(similar.status == 0, "\(similar.errors)")
    #expect(try command.run("inspect s.misfit").output.contains("structural dissimilarity"))
    #expect(try command.run("export s.misfit -o s.onnx").message.contains("--error ssim is no graph"))
  }

  @Test("a training with little time ends after its first epoch, and says that it is not reproducible")
  func minutes() throws {
    let command = try makeData()
    for flags in ["--hidden 3", "--model ensemble", "--model repair --batch-size 4"] {
      let fit = try command.run("fit train/good \(flags) --minutes 0.000001 --calibration split -o t.misfit")
      #expect(fit.status == 0 && fit.errors.contains("the time was up after epoch 1"), "\(fit.errors)")
      guard !flags.contains("repair") else { continue }
      let shown = try command.run("inspect t.misfit").output
      #expect(shown.contains("1 epoch of at most") && shown.contains("or 1e-06 minutes"), "\(shown)")
    }
    let local = try command.run("fit train/good --model local --minutes 1 -o t.misfit")
    #expect(local.message.contains("--minutes"))
  }
}
