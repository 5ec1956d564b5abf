import Foundation
import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitNetworks

/// Every kind of layer compared with PyTorch, in small networks (Fixtures/make_layers.py): the gradient of an
/// early layer's kernel is right only if all later layers pass on correct deltas.
@Suite struct LayerTests {
  struct Case: Decodable, CustomTestStringConvertible {
    struct Penalty: Decodable {
      var absolute: Double?
      var divergence: [Double]?
      var contractive: Double?

      var value: CodePenalty? {
        if let absolute { return .absolute(weight: absolute) }
        if let divergence { return .divergence(weight: divergence[0], target: divergence[1]) }
        return contractive.map { .contractive(weight: $0) }
      }
    }

    var text: String
    var shape: [Int]
    var loss: String
    var batch: Int
    var penalty: Penalty?
    var rows: [Float]
    var parameters: [Float]
    var output: [Double]
    var lossValue: Double
    var gradients: [Double]
    var parametersAfter: [Double]

    var testDescription: String { text }

    func network() throws -> Network {
      let network = try Network(Architecture(text, inputShape: #require(SampleShape(shape))))
      #expect(network.parameterCount == parameters.count)
      network.parameters.copy(from: parameters)
      return network
    }

    var options: TrainingOptions {
      var options = TrainingOptions()
      options.loss = loss == "bce" ? .binaryCrossEntropy : .meanSquaredError
      options.penalties = penalty?.value.map { [$0] } ?? []
      return options
    }
  }

  static let cases = (try? Fixture.json("layers.json", as: [Case].self)) ?? []

  @Test("the fixture exists, with every kind of layer")
  func fixtureIsComplete() {
    let words = "conv deconv pool avgpool up norm flatten reshape tied add concat"
    for word in words.split(separator: " ") {
      #expect(Self.cases.contains { $0.text.split(separator: " ").contains(word) }, "\(word)")
    }
  }

  @Test(
    "loss, gradients and running averages are PyTorch's, in blocks of any size", arguments: cases, [1, 3, 8])
  func gradientsAreThoseOfPyTorch(_ test: Case, _ rowsPerBlock: Int) throws {
    let network = try test.network()
    let step = GradientProbe(network, test.options, rows: test.rows, rowsPerBlock: rowsPerBlock)
    let loss = step.loss()
    #expect(areClose(loss, test.lossValue, relative: 2e-5))
    let largest = test.gradients.map(abs).max() ?? 0
    for (index, expected) in test.gradients.enumerated() {
      let found = Double(step.gradients[index])
      #expect(areClose(found, expected, relative: 1e-3, absolute: 1e-5 * largest), "gradient \(index)")
    }
    for (index, expected) in test.parametersAfter.enumerated() {
      #expect(areClose(Double(network.parameters[index]), expected, relative: 1e-5, absolute: 1e-6))
    }
  }

  @Test("scoring gives PyTorch's output without normalization", arguments: cases)
  func outputIsThatOfPyTorch(_ test: Case) throws {
    guard !test.text.contains("norm") else { return }
    let network = try test.network()
    let pass = NetworkPass(network, capacity: 9, givesLogits: false)
    for _ in 0..<2 {  // fewer rows than the capacity, twice
      pass.input(rows: test.batch).copy(from: test.rows)
      pass.forward(rows: test.batch)
      let output = pass.reconstruction(rows: test.batch).array
      #expect(output.count == test.output.count)
      for (found, expected) in zip(output, test.output) {
        #expect(areClose(Double(found), expected, relative: 1e-4, absolute: 1e-5))
      }
    }
  }

  @Test("a normalization layer scores with its running averages")
  func normalizationScoresWithRunningAverages() throws {
    let network = try Network(Architecture("norm || dense 2", inputShape: .row(2)))
    //                              gamma, beta, mean, variance; kernel, bias
    network.parameters.copy(from: [2, 3, 0.5, -1, 4, 5, 0.999, 3.999, 1, 0, 0, 1, 0, 0])
    let pass = NetworkPass(network, capacity: 1, givesLogits: false)
    pass.input(rows: 1).copy(from: [5, 9])
    pass.forward(rows: 1)
    #expect(areClose(Double(pass.reconstruction(rows: 1)[0]), 2 * (5 - 4) + 0.5, relative: 1e-6))
    #expect(areClose(Double(pass.reconstruction(rows: 1)[1]), 3 * (9 - 5) / 2 - 1, relative: 1e-6))
  }

  @Test(
    "every parameter's gradient is the slope of the loss, with dropout and noise",
    arguments: [
      "conv 3 3 tanh | dropout 0.4 | pool 2 || up 2 | deconv 1 3 s1 sigmoid",
      "conv 2 3 s2 tanh | norm tanh | flatten | dropout 0.5 | dense 4 tanh || dense 16 sigmoid",
    ])
  func gradientIsTheSlope(_ text: String) throws {
    let network = try Network(
      Architecture(text, inputShape: .image(height: 4, width: 4, channels: 1)), seed: 3)
    var options = TrainingOptions()
    options.loss = .binaryCrossEntropy
    options.noise = Noise(.gaussian, amount: 0.3, bounds: 0...1)
    var generator = SeededGenerator(seed: 1)
    let rows = (0..<6 * 16).map { _ in generator.nextUnitFloat() }
    let step = GradientProbe(network, options, rows: rows, rowsPerBlock: 4)
    _ = step.loss()
    let gradients = step.gradients.array
    let trained = step.trainedParameters
    for index in trained {
      let value = network.parameters[index]
      network.parameters[index] = value + 4e-3
      let above = step.loss()
      network.parameters[index] = value - 4e-3
      let below = step.loss()
      network.parameters[index] = value
      let slope = (above - below) / 8e-3
      #expect(areClose(Double(gradients[index]), slope, relative: 0.05, absolute: 1e-4), "\(index)")
    }
    #expect(trained.contains { abs(gradients[$0]) > 1e-3 })
  }
}

/// Steps of length 0, to read losses and gradients.
struct GradientProbe {
  let gradients: FloatSlice
  private let network: Network
  private let rows: FixedRows
  private let plan: StagedTrainingPlan

  init(_ network: Network, _ options: TrainingOptions, rows: [Float], rowsPerBlock: Int) {
    self.network = network
    self.rows = FixedRows(rows, width: network.width)
    let count = network.parameterCount
    let arena = ParameterArena(
      parameters: network.parameters, gradients: FloatBuffer(count: count).all,
      moments: (FloatBuffer(count: count).all, FloatBuffer(count: count).all))
    gradients = arena.gradients
    plan = StagedTrainingPlan(
      network, options: options, batchSize: self.rows.rowCount, hasTargets: false, arena: arena,
      pool: WorkerPool(threadCount: 2), rowsPerBlock: rowsPerBlock)
  }

  /// Returns the mean loss.
  func loss() -> Double {
    rows.beginEpoch(1, shuffled: false)
    plan.refreshParameters()
    let standing = OptimizerStep.momentum(learningRate: 0, momentum: 0, decay: 0)
    let sum = plan.step(
      on: rows, range: 0..<rows.rowCount, epoch: 1, optimizerStep: standing, clipNorm: nil)
    return sum / Double(rows.rowCount * network.outputWidth)
  }

  /// The parameters that gradients change.
  var trainedParameters: [Int] {
    network.tensors.filter { !$0.name.contains("moving") }.flatMap { Array($0.range) }
  }
}
