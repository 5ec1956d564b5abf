import Foundation
import Testing

@Suite("misfit fit")
struct FitTests {
  @Test("writes a model and its training log, and prints loss and threshold")
  func table() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let run = try command.run("fit sensors.csv --id id --label kind --epochs 2 -o model.misfit")
    #expect(run.status == 0)
    #expect(run.lines.count == 2)
    #expect(run.line(0).hasPrefix("model.misfit: 3-2-1-2-3, 24 parameters, 2 epochs, loss "))
    #expect(run.line(1).hasPrefix("threshold ") && run.line(1).hasSuffix(" (mean squared error)"))
    #expect(command.names == ["model.misfit", "model.misfit.training.csv", "sensors.csv"])
    let log = try command.lines("model.misfit.training.csv")
    #expect(log.count == 3 && log[0] == "epoch,train_loss,validation_loss,learning_rate")
  }

  @Test("trains given layers with noise and penalties to a model that can be scored and drawn")
  func architectureAndVariants() throws {
    let command = try BuiltCommand()
    let typed =
      "conv 2 3 relu|norm|pool 2|flatten|dense 3 sigmoid||dense 16 relu|reshape 4 4 1|up 2|conv 1 3 sigmoid"
    let run = try command.run(arguments: [
      "fit", "digits", "--architecture", typed, "--noise", "gaussian:0.2", "--sparse", "kl:0.1:0.2",
      "--epochs",
      "1", "--batch-size", "100", "-o", "model.misfit",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let inspection = try command.run("inspect model.misfit --dot model.dot --json").json()
    let text = try #require(inspection["architecture"] as? String)
    #expect(text.contains("flatten | dense 3 sigmoid || dense 16 relu | reshape 4 4 1"))
    #expect(
      (inspection["parameters"] as? Int ?? 0) - (inspection["trainedParameters"] as? Int ?? 0) == 4)
    #expect(try command.lines("model.dot").first == "digraph network {")
    #expect(try command.run("score model.misfit digits -o scores.csv").status == 0)
    #expect(try command.lines("scores.csv").count == 1798)
  }

  @Test(
    "refuses layers that are set twice or do not fit, with the position of the problem",
    arguments: [
      (["--architecture", "conv", "--hidden", "3"], "both set the layers"),
      (["--architecture", "dense 3 || conv 1 3"], "column 12: layer 2, `conv 1 3`, takes an image"),
      (["--noise", "masking:1.5"], "is not a noise"), (["--sparse", "l1"], "is not l1:WEIGHT"),
      (["--contractive", "1", "--hidden", "8,4"], "one dense layer"),
    ])
  func wrongArchitectures(_ flags: [String], _ sentence: String) throws {
    let command = try BuiltCommand()
    let run = try command.run(arguments: ["fit", "digits", "--epochs", "1", "-o", "model.misfit"] + flags)
    #expect(run.status == 2 && run.errors.contains(sentence), "\(run.errors)")
    #expect(!command.exists("model.misfit"))
  }

  @Test("prints what it detected and chose")
  func choices() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let run = try command.run("fit sensors.csv --id id --label kind --epochs 1 --loss mae")
    let notes = run.errorLines.filter { $0.hasPrefix("misfit: note: ") }.map { String($0.dropFirst(14)) }
    #expect(
      notes == [
        "sensors.csv: comma-separated, with a header",
        "36 rows to learn from, 4 held out, 3 columns, standardized",
        "chose --hidden 2,1: from 3 values a sample",
        "chose --output-activation linear: the data is standardized",
        "chose --activation tanh: smooth, for standardized columns",
        "chose --batch-size 8: from 36 rows",
        "network 3-2-1-2-3",
        """
        calibrating on every row by cross-validation: 10 refits, each without one row in 10, take about 10 \
        times as long as the fit (--calibration split takes held-out rows instead)
        """,
      ])
    #expect(command.exists("model.misfit"), "the default path")
  }

  @Test("reports that bf16 does not help a small network, and records f32")
  func precisionThatIsOfNoUse() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let run = try command.run("fit sensors.csv --id id --label kind --epochs 1 --precision bf16 -o m.misfit")
    #expect(run.status == 0)
    let warnings = run.errorLines.filter { $0.hasPrefix("misfit: warning: --precision bf16: ") }
    #expect(warnings.count == 1 && warnings[0].hasSuffix(" Training stays in f32."))
    #expect(try command.run("inspect m.misfit").lines.contains { $0.contains(", seed 42, f32") })
  }

  @Test("prints one object with --json")
  func json() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let run = try command.run(
      "fit sensors.csv --id id --label kind --epochs 2 -o m.misfit --json --threads 1 --seed 5")
    let json = try run.json()
    #expect(json["parameters"] as? Int == 24)
    #expect(json["epochs"] as? Int == 2)
    #expect(json["threads"] as? Int == 1)
    #expect(json["seed"] as? Int == 5)
    #expect(json["modelPath"] as? String == "m.misfit")
    for key in ["trainLoss", "validationLoss", "epochSeconds", "samplesPerSecond", "peakMemoryBytes"] {
      #expect((json[key] as? Double ?? 0) > 0, "\(key)")
    }
  }

  @Test("has all expected flags, and accepts their values")
  func flags() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    try command.write(SampleData.sensors(rows: 12), to: "held.csv")
    let run = try command.run(
      "fit sensors.csv --id id --label kind --ignore pressure -o m.misfit --epochs 2 --threads 2 --seed 1 "
        + "--batch-size 4 --loss mae --optimizer rmsprop --learning-rate 0.01 --validation held.csv "
        + "--hidden 3,1 --activation elu --output-activation linear --decoder 4 --memory-limit 64M --json")
    let json = try run.json()
    #expect(json["network"] as? String == "2-3-1-4-2")
    #expect(json["rows"] as? Int == 40 && json["validationRows"] as? Int == 12)
    #expect(json["optimizer"] as? String == "rmsprop" && json["loss"] as? String == "mae")
    #expect(json["batchSize"] as? Int == 4 && json["learningRate"] as? Double == 0.01)
  }

  @Test("trains the same weights for the same seed at 1 and 2 threads, and others for another seed")
  func seeds() throws {
    let command = try BuiltCommand()
    try command.fitSensors("--threads 1")
    let first = try ModelBytes.tensors(command.data("model.misfit"))
    try command.fitSensors("--threads 2")
    #expect(try ModelBytes.tensors(command.data("model.misfit")) == first)
    try command.fitSensors("--seed 43")
    #expect(try ModelBytes.tensors(command.data("model.misfit")) != first)
  }

  @Test("learns from IDX images, counts pixels that never change, and keeps their shape")
  func images() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.idx(30, [4, 5]), to: "images.idx")
    try command.write(SampleData.idxLabels(30), to: "labels.idx")
    let run = try command.run("fit images.idx --labels labels.idx --epochs 1 -o m.misfit")
    #expect(run.status == 0)
    #expect(run.errors.contains("misfit: note: 1 pixel never changes\n"))
    #expect(!run.errors.contains("pixel_"))
    #expect(try command.run("inspect m.misfit --json").json()["shape"] as? [Int] == [4, 5, 1])
    let scores = try command.run("score m.misfit images.idx --labels labels.idx -q")
    #expect(scores.line(0) == "id,label,score,percentile,p_value,flag,error")
    #expect(scores.line(2).hasPrefix("2,1,"))
  }

  @Test("learns from a folder of PNGs with one subfolder a label")
  func folder() throws {
    let command = try BuiltCommand()
    for shade in 0..<6 {
      let image = SampleData.png(width: 4, height: 4, shade: UInt8(shade * 30))
      try command.write(image, to: "photos/\(shade % 2 == 0 ? "even" : "odd")/\(shade).png")
    }
    let run = try command.run("fit photos/ --epochs 1 -o m.misfit")
    #expect(run.status == 0, "\(run.errors)")
    let scores = try command.run("score m.misfit photos -q")
    #expect(scores.lines.count == 7)
    #expect(scores.line(1).contains("even/0.png,even,"))
  }

  @Test(
    "works on a table of any width", arguments: [(1, "1-1-1", "1 column"), (2000, "2000-", "2,000 columns")])
  func widths(_ columns: Int, _ network: String, _ noted: String) throws {
    let command = try BuiltCommand()
    try command.write(SampleData.numbers(rows: 12, columns: columns), to: "data.csv")
    let run = try command.run("fit data.csv --epochs 1 -o m.misfit")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.first?.hasPrefix("m.misfit: \(network)") == true)
    #expect(run.errors.contains(", \(noted), standardized"))
    #expect(try command.run("score m.misfit data.csv -q").lines.count == 13)
  }

  @Test("works with a constant column, and reports it")
  func constantColumn() throws {
    let command = try BuiltCommand()
    try command.write("a,b\n" + (0..<20).map { "\($0),7\n" }.joined(), to: "data.csv")
    let run = try command.run("fit data.csv --epochs 1 -o m.misfit")
    #expect(run.status == 0)
    #expect(run.errors.contains("misfit: note: one value only, so any other will be an outlier: b\n"))
  }
}

@Suite("misfit fit on folders of images")
struct FitImagesTests {
  private func command() throws -> BuiltCommand {
    let command = try BuiltCommand()
    for index in 0..<4 {
      let png = SampleData.png(width: 6 + index, height: 7, shade: UInt8(40 * index))
      try command.write(png, to: "images/\(index).png")
    }
    return command
  }

  @Test("cuts tiles, scores whole images with them, and reports it")
  func tiles() throws {
    let command = try command()
    let run = try command.run("fit images -o m.misfit --tile 4 --tile-stride 3 --epochs 1 --tensorboard run")
    #expect(run.status == 0)
    #expect(run.errorLines.contains { $0.contains("tiles of 4 x 4 every 3 pixels, 20 tiles in all") })
    #expect(run.line(1).hasSuffix(" An image's score is the largest of its pixels'."))
    #expect(command.names.contains { $0.contains("run/events.out.tfevents.") || $0 == "run" })
    let scores = try command.run("score m.misfit images")
    #expect(scores.lines.count == 5 && scores.line(1).hasPrefix("0.png,"))
    let codes = try command.run("encode m.misfit images")
    #expect(codes.lines.count == 21 && codes.line(1).hasPrefix("\"0.png@0,0\","))
    let inspected = try command.run("inspect m.misfit")
    #expect(
      inspected.lines.contains { $0.hasPrefix("images      tiles of 4 x 4 every 3 pixels. An image's") })
    let report = try command.run("report m.misfit images -o out")
    #expect(report.status == 0 && command.exists("out/worst.png"))
    let again = try command.run("fit images -o m.misfit --tile 4 --epochs 1 --tensorboard run")
    #expect(again.errorLines.contains { $0.contains("run holds a run already") })
  }

  @Test(
    "refuses invalid combinations with a remedy",
    arguments: [
      ("fit images", "--resize WxH"), ("fit images --tile 4 --tile-stride 5", "--tile-stride of at most 4"),
      ("fit images --tile-stride 2", "give --tile N too"), ("fit images --resize 8", "write 8x8"),
      ("fit images --resize 0x8", "such as 64x48"), ("fit images --tile 8", "less than a tile of 8 x 8"),
      ("compare a.misfit b.misfit images --grey", "omit --resize"),
    ])
  func refusals(arguments: String, text: String) throws {
    let run = try command().run(arguments)
    #expect(run.status == 2)
    #expect(run.errorLines.joined(separator: "\n").contains(text), "\(run.errorLines)")
  }
}
