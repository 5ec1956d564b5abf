import Foundation
import Testing

/// Paths and files that are not what they should be.
@Suite("Bad paths and files")
struct BadFilesTests {
  @Test("a missing file is reported with the nearest name")
  func missing() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    try expectRefusal(
      command, "fit sensor.csv -o old.misfit",
      "misfit: error: no such file, and no built-in source: \"sensor.csv\"",
      "did you mean \"sensors.csv\"? a source is a file, a folder of images")
    try expectRefusal(
      command, "score modle.misfit sensors.csv", "misfit: error: modle.misfit: there is no such model",
      "did you mean \"model.misfit\"?")
    try expectRefusal(
      command, "inspect nothing.csv", "misfit: error: no such file, and no built-in source: \"nothing.csv\"",
      "a source is a file")
    try expectRefusal(
      command, "inspect nothing.misfit", "misfit: error: nothing.misfit: there is no such model",
      "give a file that `misfit fit` wrote")
  }

  @Test("a missing file in a nested folder is not matched to unrelated names")
  func missingInFolder() throws {
    let command = try BuiltCommand()
    try command.write("a,b\n1,2\n", to: "a/rather/long/folder/of/data/other.csv")
    let run = try command.run("fit a/rather/long/folder/of/data/this.csv")
    #expect(!run.errors.contains("did you mean"))
  }

  @Test("model and data in the wrong order are recognized")
  func order() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    try expectRefusal(
      command, "score sensors.csv model.misfit -o old.misfit",
      "misfit: error: sensors.csv: this is text, not a model",
      "give the model first, and the data after it")
    try expectRefusal(
      command, "score model.misfit model.misfit -o old.misfit",
      """
      misfit: error: model.misfit: this is a model or another safetensors file, which holds no records that \
      can be read
      """,
      "name a CSV, JSON, Arrow, IDX or NPY file, or a folder of images")
  }

  @Test("truncated, altered and foreign models have different errors")
  func models() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let model = try command.data("model.misfit")
    try command.write(model.prefix(500), to: "bad.misfit")
    let start = "misfit: error: bad.misfit: the model file is truncated: 500 bytes of at least "
    let run = try command.run("score bad.misfit sensors.csv")
    #expect(run.status == 2 && run.message.hasPrefix(start))
    var altered = model
    altered[altered.count - 3] ^= 4
    try command.write(altered, to: "bad.misfit")
    try expectRefusal(
      command, "score bad.misfit sensors.csv",
      "misfit: error: bad.misfit: the model file was altered: its content does not agree with the rest",
      "copy it again, or fit the model again")
    try command.write(Data([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), to: "bad.misfit")
    try expectRefusal(
      command, "inspect bad.misfit", "misfit: error: bad.misfit: is not a model file",
      "give a file that `misfit fit` wrote")
    try command.write("", to: "bad.misfit")
    try expectRefusal(
      command, "inspect bad.misfit", "misfit: error: bad.misfit: this is an empty file, not a model",
      "give the model first")
  }

  @Test("an output path that cannot be written is reported before any work")
  func outputs() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    try command.write("x", to: "folder/x")
    for verb in ["fit sensors.csv --ignore id,kind -o", "score model.misfit sensors.csv -q -o"] {
      try expectRefusal(
        command, "\(verb) folder", "misfit: error: folder: is a directory where a file is needed",
        "choose a file inside it")
      try expectRefusal(
        command, "\(verb) nowhere/x", "misfit: error: nowhere/x: the folder to write into does not exist",
        "create it first, or choose another")
    }
    for verb in ["detect sensors.csv --ignore id,kind --epochs 1", "report model.misfit sensors.csv"] {
      try expectRefusal(
        command, "\(verb) -q -o old.misfit",
        "misfit: error: old.misfit: is a file where a directory is needed",
        "choose a directory")
    }
    try expectRefusal(
      command, "inspect folder",
      "misfit: error: folder: there is no image and no table in this folder",
      """
      name a folder with images in it (PNG, JPEG, TIFF, WebP, GIF, BMP), or in subfolders that are named \
      like the labels, or one \
      with tables
      """
    )
  }

  @Test("a file without permission is reported", .enabled(if: geteuid() != 0, "root may all"))
  func permissions() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    try command.allow(0, "sensors.csv")
    try expectRefusal(
      command, "fit sensors.csv -o old.misfit", "misfit: error: sensors.csv: no permission to read it",
      "check its permissions (`ls -l`)")
    try command.allow(0o644, "sensors.csv")
    try command.write("x", to: "folder/x")
    try command.allow(0o555, "folder")
    try expectRefusal(
      command, "score model.misfit sensors.csv -q -o folder/scores.csv",
      "misfit: error: folder/scores.csv: no permission to write there",
      "choose another path, or change the permissions")
    try command.allow(0o755, "folder")
  }

  @Test(
    "a full disk is reported",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: [
      "score model.misfit sensors.csv -q -o", "encode model.misfit sensors.csv -q -o",
      "fit sensors.csv --ignore id,kind --epochs 1 -q -o", "generate random:9x9 -o",
    ])
  func fullDisk(_ line: String) throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    try expectRefusal(
      command, "\(line) /dev/full", "misfit: error: /dev/full: the disk is full",
      "free some space, or write to another disk")
    let printed = try command.shell("$misfit generate random:9x9 > /dev/full")
    #expect(printed.status == 2)
    #expect(printed.errorLines.first == "misfit: error: standard output: the disk is full")
  }

  @Test("a resumed run needs its checkpoint and its data")
  func resume() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    try expectRefusal(
      command, "fit sensors.csv --ignore id,kind -o model.misfit --resume -q",
      "misfit: error: model.misfit.checkpoint: there is no unfinished run to resume",
      "start it without --resume")
    try command.write(command.data("model.misfit"), to: "model.misfit.checkpoint")
    try expectRefusal(
      command, "fit sensors.csv --ignore id,kind -o model.misfit --resume -q",
      "misfit: error: model.misfit.checkpoint: holds no unfinished training run",
      "start again without --resume")
  }

  @Test("an invalid generator is explained")
  func generator() throws {
    let command = try BuiltCommand()
    try expectRefusal(
      command, "generate random:3y2 -o old.misfit",
      "misfit: error: \"random:3y2\" is no description of random rows",
      "write random:ROWSxCOLUMNS or random:ROWSxCOLUMNS:SEED, for example random:1000x30:42")
  }
}
