import Foundation
import Testing

@Suite("misfit export")
struct ExportTests {
  @Test("export writes a checked file, and states what it compared")
  func file() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let json = try command.run("export model.misfit -o model.onnx --json").json()
    #expect(json["path"] as? String == "model.onnx" && json["opset"] as? Int == 13)
    #expect((json["comparedRows"] as? Int ?? 0) > 40)
    #expect((json["largestDifference"] as? Double ?? 1) <= 1e-5)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: command.path("model.onnx")))
    #expect(bytes.count == json["bytes"] as? Int)
    let run = try command.run("export model.misfit -o again.onnx --verify sensors.csv")
    #expect(run.status == 0 && run.output.contains("rows compared"), "\(run.errors)")
    #expect(run.errors.contains("ONNX Runtime"))
    #expect(try bytes == Data(contentsOf: URL(fileURLWithPath: command.path("again.onnx"))))
  }

  @Test("export writes nothing for a file that is no model")
  func missing() throws {
    let command = try BuiltCommand()
    try command.write("a,b\n1,2\n", to: "table.csv")
    let run = try command.run("export table.csv -o x.onnx")
    #expect(run.status != 0 && run.errors.contains("table.csv"))
    #expect(!FileManager.default.fileExists(atPath: command.path("x.onnx")))
  }
}
