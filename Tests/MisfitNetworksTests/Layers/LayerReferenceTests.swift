import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitNetworks

/// Every kind of layer compared with its plain-loop reference.
@Suite struct LayerReferenceTests {
  private static let image = SampleShape.image(height: 6, width: 4, channels: 2)

  static let architectures = [
    "dense 5 tanh || dense 48 sigmoid",
    "dense 5 elu | dense 3 selu || dense 5 softplus tied | dense 48 tied",
    "conv 3 3 tanh | conv 2 3x2 s2 valid || deconv 2 3x2 s2 valid tanh | deconv 2 3 | dense 48",
    "conv 3 3x2 s2x1 softplus | norm tanh || deconv 2 2 s2x1",
    "pool 3 s1 same | avgpool 3 s1 same | norm || conv 2 1",
    "avgpool 2 || up 2 | conv 2 3 tanh",
    "pool 2 || up 2 | deconv 2 3 sigmoid",
    "conv 3 3 tanh | pool 2 || up 2 | concat 1 | conv 2 3",
    "conv 2 3 tanh | conv 2 3 | add 1 tanh | add input || conv 3 1 elu | concat 4 | concat 1 | conv 2 1",
    "pool 2 | up 2 | conv 2 3 | add 2 || norm tanh | add input | add 3 sigmoid",
    "flatten | dense 6 tanh || dense 5 tanh | concat 2 | dense 48 tanh | add 1",
    "flatten | norm | dense 6 leaky-relu || reshape 1 3 2 | up 6x2 | avgpool 1 | reshape 6 6 2 | dense 48",
  ]

  @Test(
    "output and gradients equal the plain loops, in blocks of any size", arguments: architectures, [2, 5])
  func layersEqualReferences(_ text: String, _ rowsPerBlock: Int) throws {
    let network = try Network(Architecture(text, inputShape: Self.image), seed: 5)
    let rowCount = 5
    var generator = SeededGenerator(seed: 3)
    let rows = (0..<rowCount * network.width).map { _ in generator.nextUnitFloat() }
    let parameters = network.parameters.array.map(Double.init)

    var values = [rows.map(Double.init)]
    var inputs: [[Double]] = []
    for layer in network.layers {
      var input = values[values.count - 1]
      if let joint = layer.joint { input = joint.joined(input, values[joint.layer + 1]) }
      inputs.append(input)
      values.append(layer.referenceOutput(of: input, parameters: parameters))
    }
    let output = values[values.count - 1]
    var delta = zip(output, values[0]).map { 2 * ($0 - $1) / Double(output.count) }
    var gradients = [Double](repeating: 0, count: parameters.count)
    var skippedDeltas: [Int: [Double]] = [:]
    for (index, layer) in network.layers.enumerated().reversed() {
      if let more = skippedDeltas[index] { delta = zip(delta, more).map { $0 + $1 } }
      let pass = ReferencePass(
        input: inputs[index], output: values[index + 1], delta: delta, parameters: parameters)
      delta = layer.referenceBackward(pass, addingTo: &gradients)
      guard let joint = layer.joint else { continue }
      let (own, skipped) = joint.parts(of: delta)
      let before = skippedDeltas[joint.layer] ?? skipped.map { _ in 0 }
      skippedDeltas[joint.layer] = zip(before, skipped).map { $0 + $1 }
      delta = own
    }

    let probe = GradientProbe(network, TrainingOptions(), rows: rows, rowsPerBlock: rowsPerBlock)
    let loss = probe.loss()
    let expected = zip(output, values[0]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    #expect(areClose(loss, expected / Double(output.count), relative: 1e-4))
    let largest = gradients.map(abs).max() ?? 0
    for (index, gradient) in gradients.enumerated() {
      let found = Double(probe.gradients[index])
      #expect(areClose(found, gradient, relative: 2e-3, absolute: 2e-5 * largest), "gradient \(index)")
    }
  }

  @Test("dropout passes its delta only to the values that it kept")
  func dropoutEqualsReference() {
    let layer = DropoutLayer(width: 40, share: 0.25, index: 1)
    func slice(_ values: [Float]) -> FloatSlice { FloatBuffer(values).all }
    let zeros = [Float](repeating: 0, count: 80)
    let (input, output) = (slice((1...80).map(Float.init)), slice(zeros))
    let (delta, inputDelta) = (slice((1...80).map { Float($0) / 8 }), slice(zeros))
    let arena = ParameterArena(
      parameters: slice([0]), gradients: slice([0]), moments: (slice([0]), slice([0])))
    let step = layer.step(
      in: LayerMemory(
        parameters: arena.parameters, input: input, output: output,
        training: .init(
          arena: arena, delta: delta, inputDelta: inputDelta, workspace: slice([]),
          position: BatchPosition(seed: 9))))
    step.forward(0..<2, activates: true)
    step.backward(0..<2, deltaIsOfSums: false)
    let pass = ReferencePass(
      input: [], output: output.array.map(Double.init), delta: delta.array.map(Double.init), parameters: [])
    var gradients: [Double] = []
    let expected = layer.referenceBackward(pass, addingTo: &gradients)
    for (found, value) in zip(inputDelta.array, expected) {
      #expect(areClose(Double(found), value, relative: 1e-6))
    }
    #expect(expected.contains(0) && expected.contains { $0 > 0 })
  }

  @Test("the architecture language names every kind once, and reads each form back")
  func formsAreUnique() throws {
    #expect(Set(LayerSpecification.names).count == LayerSpecification.names.count)
    for text in Self.architectures {
      #expect(try Architecture(text, inputShape: Self.image).text == text)
    }
  }
}

extension LayerJoint {
  /// Returns the values of two inputs, pixel by pixel.
  fileprivate func joined(_ input: [Double], _ skipped: [Double]) -> [Double] {
    var values: [Double] = []
    for pixel in 0..<input.count / channels {
      values += input[pixel * channels..<(pixel + 1) * channels]
      values += skipped[pixel * skippedChannels..<(pixel + 1) * skippedChannels]
    }
    return values
  }

  /// Returns the two inputs of joined values.
  fileprivate func parts(of joined: [Double]) -> (own: [Double], skipped: [Double]) {
    let width = channels + skippedChannels
    var (own, skipped): ([Double], [Double]) = ([], [])
    for start in stride(from: 0, to: joined.count, by: width) {
      own += joined[start..<start + channels]
      skipped += joined[start + channels..<start + width]
    }
    return (own, skipped)
  }
}
