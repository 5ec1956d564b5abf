import Foundation
import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitNetworks

@Suite struct ArchitectureTextTests {
  private static let image = SampleShape.image(height: 28, width: 28, channels: 1)

  @Test(
    "a text is read back without defaults",
    arguments: [
      ("dense 32 relu||dense 784 sigmoid", "dense 32 relu || dense 784 sigmoid"),
      (
        " conv 4 3x3 same s1 linear |pool 2 s2 valid|| up 2x2| deconv 1 3 sigmoid ",
        "conv 4 3 | pool 2 || up 2 | deconv 1 3 sigmoid"
      ),
      (
        "conv 2 3x5 s2x1 valid elu | flatten || dense 784", "conv 2 3x5 s2x1 valid elu | flatten || dense 784"
      ),
      (
        "norm tanh | avgpool 3 s2 same | dropout 0.25 | flatten | dense 8 || dense 784 | reshape 28 28 1",
        "norm tanh | avgpool 3 s2 same | dropout 0.25 | flatten | dense 8 || dense 784 | reshape 28 28 1"
      ),
      ("dense 8 relu || dense 784 sigmoid tied", "dense 8 relu || dense 784 sigmoid tied"),
      (
        "conv 2 3 relu | pool 2 || up 2 | concat 1 | conv 1 3 | add  input  linear",
        "conv 2 3 relu | pool 2 || up 2 | concat 1 | conv 1 3 | add input"
      ),
    ])
  func isReadBack(_ typed: String, _ text: String) throws {
    let architecture = try Architecture(typed, inputShape: Self.image)
    #expect(architecture.text == text)
    #expect(try Architecture(architecture.text, inputShape: Self.image) == architecture)
  }

  @Test(
    "an invalid text reports the column and the reason",
    arguments: [
      ("dense 32 relu | dense 784", nil, "no `||`"),
      ("dense 32 || dense 16 || dense 784", nil, "2 `||`"),
      ("conf 3 3 || dense 784", 1, "no layer `conf`"),
      ("dense 32 || || dense 784", 13, "no layer ``"),
      ("dense 32 rellu || dense 784", 10, "`rellu` is not valid here"),
      ("dense || dense 784", 1, "is missing a number"),
      ("dense 32 || conv 3 3 relu", 13, "takes an image (height x width x channels), but its input is 32"),
      ("conv 3 29 valid || dense 784", 1, "at least 29 x 29 pixels, but its input is 28 x 28 x 1"),
      ("pool 2 || up 2 | conv 1 3 | reshape 5 5", 29, "takes 25 values, but its input is 28 x 28 x 1"),
      (
        "dense 32 || dense 783", 13,
        "the last layer (2, `dense 783`) outputs 783, but the input is 28 x 28 x 1"
      ),
      ("dense 32 || dense 784 | dropout 0.5", 25, "cannot be the last"),
      ("flatten || dense 784", nil, "the input itself"),
      ("dense 32 || dense 16 | dense 784 tied", 24, "does not mirror a dense layer"),
      ("dense 32 | dropout 1.5 || dense 784", 12, "not between 0 and 1"),
      ("dense 99999999999999 || dense 784", 1, "more memory than any machine"),
      ("conv 999999 999999x999999 || dense 784", 1, "more memory than any machine"),
      ("up 1000000 | up 1000000 || dense 784", 1, "more memory than any machine"),
      ("conv 2 3 || conv 1 3 | add 3", 24, "`add 3`, cannot join layer 3, which does not come before it"),
      ("conv 2 3 || conv 1 3 | add 1", 24, "cannot join 28 x 28 x 1 and 28 x 28 x 2"),
      ("conv 2 3 | pool 2 || concat 1 | conv 1 3", 22, "cannot join 14 x 14 x 2 and 28 x 28 x 2"),
      ("conv 2 3 || conv 1 3 | add 0", 28, "`0` is not valid here"),
      ("conv 2 3 || conv 1 3 | add", 24, "is missing a number"),
      ("conv 2 3 || conv 1 3 | add 1 3", 30, "`3` is not valid here"),
      ("conv 2 3 || concat input", 13, "the last layer (2, `concat input`) outputs 28 x 28 x 3"),
      ("pool 2 | up 2 || concat input relu | conv 1 3", 31, "`relu` is not valid here"),
      (
        "conv 1 3 || " + (0..<9).map { "concat \($0 + 1) | " }.joined() + "conv 1 3", 57,
        "joins outputs to 25,088 values, but at most 12,544 are allowed"
      ),
    ] as [(String, Int?, String)])
  func errorsNameTheirPlace(_ text: String, _ column: Int?, _ sentence: String) throws {
    let error = try #require(throws: ArchitectureError.self) {
      try Architecture(text, inputShape: Self.image)
    }
    #expect(error.textColumn == column)
    #expect(error.diagnosis.problem.description.contains(sentence), "\(error.diagnosis.problem)")
  }

  @Test(
    "short texts cannot request absurd memory or time",
    arguments: [
      ("up 500 | pool 500 || conv 1 3", "makes images of"),
      ("conv 4 3 | up 5 | up 5 | pool 25 || conv 1 3", "makes images of"),
      ("deconv 1 2 s300 | pool 300 || conv 1 3", "makes images of"),
      (
        "flatten | dense 2 | reshape 1 2 1 | up 200x50 | pool 200x50 | flatten || dense 784",
        "makes images of"
      ),
      (String(repeating: "avgpool 1 | ", count: 500) + "conv 1 3 || conv 1 3", "502 layers"),
    ])
  func expandsTooFar(_ text: String, _ sentence: String) throws {
    let error = try #require(throws: ArchitectureError.self) {
      try Architecture(text, inputShape: Self.image)
    }
    #expect(error.diagnosis.problem.description.contains(sentence), "\(error.diagnosis.problem)")
  }

  @Test("windows that take hours per sample are refused")
  func slowWindows() throws {
    let large = SampleShape.image(height: 2048, width: 2048, channels: 1)
    let error = try #require(throws: ArchitectureError.self) {
      try Architecture("avgpool 2048 s1 same | conv 1 3 || conv 1 3", inputShape: large)
    }
    #expect(error.kind == .tooMuchWork(layer: 1, name: "avgpool 2048 s1 same"))
    #expect(throws: Never.self) {
      try Architecture("avgpool 8 s1 same | conv 1 3 || conv 1 3", inputShape: large)
    }
  }

  @Test(
    "presets have the published numbers of parameters",
    arguments: [
      (ArchitecturePreset.dense, 50_992, 0), (.deep, 222_384, 0), (.conv, 46_529, 0),
      (.convNormalized, 440_865, 224),
    ])
  func presetsHaveTheirParameters(_ preset: ArchitecturePreset, _ count: Int, _ running: Int) throws {
    let architecture = try preset.architecture(inputShape: Self.image, outputActivation: .sigmoid)
    #expect(architecture.parameterCount == count)
    let network = try Network(architecture)
    #expect(network.parameterCount == count)
    #expect(network.parameterCount - network.trainedParameterCount == running)
    #expect(network.layerTable.reduce(0) { $0 + $1.parameterCount } == count)
  }

  @Test(
    "the convolutional presets fit images of other sizes, or say which they fit",
    arguments: [(32, 32, 3), (13, 21, 1), (12, 20, 2), (28, 36, 1)])
  func presetsFitOtherImages(_ height: Int, _ width: Int, _ channels: Int) throws {
    let shape = SampleShape.image(height: height, width: width, channels: channels)
    let conv = try ArchitecturePreset.conv.architecture(inputShape: shape, outputActivation: .sigmoid)
    #expect(try conv.outputShapes().last == shape)
    if height % 4 == 0 {
      let normalized = try ArchitecturePreset.convNormalized.architecture(
        inputShape: shape, outputActivation: .linear)
      #expect(try normalized.outputShapes().last == shape)
    } else {
      #expect(throws: ArchitectureError.self) {
        try ArchitecturePreset.convNormalized.architecture(inputShape: shape, outputActivation: .linear)
      }
    }
  }

  @Test("output shapes are those of Keras")
  func outputShapes() throws {
    let shapes = try Fixture.json("output_shapes.json", as: [String: [Int]].self)
    try #require(shapes.count == 17)
    for (text, expected) in shapes {
      let architecture = try Architecture(
        "\(text) || flatten | dense 140", inputShape: .image(height: 7, width: 10, channels: 2))
      #expect(try architecture.outputShapes()[0].extents == expected, "\(text)")
    }
  }

  @Test("an architecture is coded as its text, and one of dense layers as earlier versions wrote it")
  func isCoded() throws {
    let conv = try ArchitecturePreset.conv.architecture(inputShape: Self.image, outputActivation: .sigmoid)
    let bytes = try JSONEncoder().encode(conv)
    #expect(String(decoding: bytes, as: UTF8.self).contains("deconv 32 3 s2 valid relu"))
    #expect(try JSONDecoder().decode(Architecture.self, from: bytes) == conv)
    let old = """
      {"codeLayer":0,"inputShape":[5],"layers":[{"dense":{"units":2,"activation":"relu"}},
      {"dense":{"units":5,"activation":"linear"}}]}
      """
    let read = try JSONDecoder().decode(Architecture.self, from: Data(old.utf8))
    #expect(read.text == "dense 2 relu || dense 5")
    #expect(
      try JSONDecoder().decode(Architecture.self, from: JSONEncoder().encode(read)) == read)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(
        Architecture.self, from: Data(#"{"inputShape":[5],"text":"dense 2 || dense 4"}"#.utf8))
    }
  }
}
