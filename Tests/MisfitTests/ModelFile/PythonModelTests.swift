import Foundation
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Models and Python")
struct PythonModelTests {
  private struct Expected: Decodable {
    var csv: String
    var errors: [String: [Double]]
    var codes: [[Double]]
  }

  @Test("A model written by Python's safetensors scores like NumPy with its weights")
  func fromPython() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("python.misfit")
    try Fixture.data("python-model.safetensors").write(to: URL(fileURLWithPath: path))
    let expected = try Fixture.json("python-model-scores.json", as: Expected.self)
    let detector = try Detector.load(path)
    #expect(detector.training.source == "made in Python")
    var seen = 0
    try detector.score(CSVSource(text: expected.csv)).forEachBatch { batch in
      for row in 0..<batch.count {
        for (name, errors) in expected.errors {
          let measure = try #require(ErrorMeasure(rawValue: name))
          let error = batch.allErrors(at: row).value(of: measure)
          #expect(areClose(error, errors[row], relative: 1e-5, absolute: 1e-5), "\(name) of row \(row)")
        }
        for column in 0..<2 {
          #expect(
            areClose(
              Double(batch.codes[row * 2 + column]), expected.codes[row][column], relative: 1e-5,
              absolute: 1e-5))
        }
        seen += 1
      }
    }
    #expect(seen == 5)
  }

  /// A Python that has safetensors: the one named by MISFIT_PYTHON, or `python3`; nil where there is none.
  static let python: String? = {
    let candidates = [ProcessInfo.processInfo.environment["MISFIT_PYTHON"], "python3"].compactMap { $0 }
    return candidates.first { candidate in
      let process = process(candidate, ["-c", "import safetensors.numpy"])
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { return false }
      process.waitUntilExit()
      return process.terminationStatus == 0
    }
  }()

  private static func process(_ python: String, _ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    return process
  }

  @Test(
    "Python's safetensors reads a model with the same bits",
    .enabled(if: PythonModelTests.python != nil, "needs a Python with safetensors"))
  func toPython() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("model.misfit")
    let detector = try SmallData.detector()
    try detector.save(path)
    let script = """
      import sys, numpy
      from safetensors import safe_open
      with safe_open(sys.argv[1], "numpy") as f:
          print(f.metadata()["format"])
          for name in sorted(f.keys()):
              t = f.get_tensor(name)
              print(name, list(t.shape), *t.ravel().view(numpy.uint32))
      """
    let process = Self.process(try #require(Self.python), ["-c", script, path])
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let tensors = detector.network.tensors.sorted { $0.name < $1.name }.map { tensor in
      let bits = detector.network.parameters[tensor.range].array.map { "\($0.bitPattern)" }
      return "\(tensor.name) \(tensor.extents) \(bits.joined(separator: " "))"
    }
    #expect(text == (["misfit"] + tensors).joined(separator: "\n") + "\n")
  }
}
