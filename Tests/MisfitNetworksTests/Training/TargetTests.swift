import Foundation
import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitNetworks

/// Networks with separate targets, compared with PyTorch (Fixtures/make_pairs.py).
@Suite struct TargetTests {
  struct Case: Decodable, CustomTestStringConvertible {
    var text: String
    var shape: [Int]
    var targetShape: [Int]
    var loss: String
    var clipNorm: Double?
    var penalty: Double?
    var batch: Int
    var rows: [Float]
    var targets: [Float]
    var initial: [Float]
    var losses: [Double]
    var parametersAfter: [Double]

    var testDescription: String { "\(text) \(loss)" }

    func network() throws -> Network {
      let network = try Network(
        Architecture(text, inputShape: #require(SampleShape(shape)), targetShape: SampleShape(targetShape)))
      #expect(network.parameterCount == initial.count)
      network.parameters.copy(from: initial)
      return network
    }

    func pairs(shuffledBy seed: UInt64? = nil) -> PairedRows {
      func fixed(_ values: [Float], _ extents: [Int]) -> FixedRows {
        FixedRows(values, width: extents.reduce(1, *), shuffledBy: seed)
      }
      return PairedRows(fixed(rows, shape), targets: fixed(targets, targetShape))
    }

    var options: TrainingOptions {
      var options = TrainingOptions()
      options.epochs = 1
      options.batchSize = batch
      options.loss = Loss(rawValue: loss) ?? .meanSquaredError
      options.clipNorm = clipNorm
      options.penalties = penalty.map { [.absolute(weight: $0)] } ?? []
      options.optimizer = Optimizer(.adam, learningRate: 0.01)
      options.optimizer.epsilon = 1e-12
      return options
    }
  }

  static let cases = (try? Fixture.json("pairs.json", as: [Case].self)) ?? []

  @Test("the fixture exists, with every loss")
  func fixtureIsComplete() {
    #expect(Set(Self.cases.map(\.loss)) == Set(Loss.ofValues.map(\.rawValue)))
    #expect(Self.cases.contains { $0.text.contains("up 2") } && Self.cases.contains { $0.penalty != nil })
  }

  @Test("ten steps with targets of another width equal PyTorch's", arguments: cases)
  func stepsAreThoseOfPyTorch(_ test: Case) throws {
    let network = try test.network()
    let trainer = try Trainer(
      network, options: test.options, rows: test.pairs(), pool: WorkerPool(threadCount: 1))
    var losses: [Double] = []
    var sumBefore = 0.0
    _ = try trainer.run { event in
      guard case .progress(_, let rowsDone, _, let meanLoss) = event else { return }
      losses.append((meanLoss * Double(rowsDone) - sumBefore) / Double(test.batch))
      sumBefore = meanLoss * Double(rowsDone)
    }
    #expect(losses.count == test.losses.count)
    for (step, (ours, theirs)) in zip(losses, test.losses).enumerated() {
      #expect(areClose(ours, theirs, relative: 2e-5), "step \(step + 1): \(ours), PyTorch \(theirs)")
    }
    for (ours, theirs) in zip(network.parameters.array, test.parametersAfter) {
      #expect(areClose(Double(ours), theirs, relative: 1e-3, absolute: 1e-4))
    }
  }

  /// Parameters and losses after three epochs with noise, in shuffled order.
  private static func bits(
    _ test: Case, threads: Int, stopAfter: Int? = nil
  ) throws -> [UInt32] {
    let network = try test.network()
    var options = test.options
    options.epochs = 3
    options.noise = Noise(.gaussian, amount: 0.2)
    let pairs = test.pairs(shuffledBy: 3)
    let pool = WorkerPool(threadCount: threads)
    var trainer = try Trainer(network, options: options, rows: pairs, validationRows: pairs, pool: pool)
    var batches = 0
    _ = try trainer.run(shouldStop: {
      batches += 1
      return stopAfter.map { batches > $0 } ?? false
    })
    if stopAfter != nil {
      // As a checkpoint restores them: the encoded options must contain everything.
      let saved = try JSONDecoder().decode(TrainingOptions.self, from: JSONEncoder().encode(options))
      trainer = try Trainer(
        network, options: saved, rows: pairs, validationRows: pairs, resuming: trainer.state, pool: pool)
      _ = try trainer.run()
    }
    let losses = trainer.state.progress.epochs.flatMap { [$0.trainLoss, $0.validationLoss ?? .nan] }
    return network.parameters.array.map(\.bitPattern) + losses.map { Float($0).bitPattern }
  }

  @Test(
    "noise and targets of another width give the same bits at any number of threads, and resumed",
    arguments: [0, 3, 4, 5, 6])
  func bitsAreTheSame(_ index: Int) throws {
    let test = try #require(Self.cases.indices.contains(index) ? Self.cases[index] : nil)
    let one = try Self.bits(test, threads: 1)
    #expect(try Self.bits(test, threads: 2) == one)
    #expect(try Self.bits(test, threads: 4) == one)
    #expect(try Self.bits(test, threads: 2, stopAfter: 14) == one)
  }

  @Test("a validation loss is against the rows' targets, without their noise")
  func validationIsAgainstTargets() throws {
    let network = try Network(
      Architecture("dense 2 || dense 3 sigmoid", inputShape: .row(4), targetShape: .row(3)))
    var options = TrainingOptions()
    options.epochs = 1
    options.noise = Noise(.masking, amount: 0.5)
    options.optimizer = Optimizer(.gradientDescent, learningRate: 0)
    func pairs(_ target: Float) -> PairedRows {
      PairedRows(
        FixedRows([Float](repeating: 1, count: 4 * 5), width: 4),
        targets: FixedRows([Float](repeating: target, count: 3 * 5), width: 3))
    }
    let trainer = try Trainer(
      network, options: options, rows: pairs(3), validationRows: pairs(2), pool: WorkerPool(threadCount: 1))
    _ = try trainer.run()
    // All parameters are 0, so the output is 0.5.
    let epoch = try #require(trainer.state.progress.epochs.first)
    #expect(epoch.trainLoss == 6.25 && epoch.validationLoss == 2.25)
  }

  @Test("the output must have the target's values, and the error names the layer and both shapes")
  func outputIsChecked() throws {
    let grey = SampleShape.image(height: 4, width: 4, channels: 1)
    let colour = SampleShape.image(height: 4, width: 4, channels: 3)
    let text = "conv 2 3 relu || conv 1 3 sigmoid"
    #expect(throws: Never.self) { try Architecture(text, inputShape: colour, targetShape: grey) }
    let error = try #require(throws: ArchitectureError.self) {
      try Architecture(text, inputShape: grey, targetShape: colour)
    }
    let sentence = error.diagnosis.problem.description
    #expect(sentence.contains("the last layer (2, `conv 1 3 sigmoid`)"), "\(sentence)")
    #expect(sentence.contains("outputs 4 x 4 x 1, but the target is 4 x 4 x 3"), "\(sentence)")
    #expect(error.textColumn == 18)
  }

  @Test("an architecture with a target is written and read back; one without is written as before")
  func isCoded() throws {
    for text in ["dense 2 relu || dense 3", "dense 2 relu | dropout 0.1 || dense 3"] {
      let architecture = try Architecture(text, inputShape: .row(4), targetShape: .row(3))
      let bytes = try JSONEncoder().encode(architecture)
      #expect(try JSONDecoder().decode(Architecture.self, from: bytes) == architecture)
    }
    let plain = try Architecture("dense 2 relu || dense 4", inputShape: .row(4))
    #expect(!String(decoding: try JSONEncoder().encode(plain), as: UTF8.self).contains("target"))
  }

  @Test("targets of another width than the output, or for only training or validation, are refused")
  func targetsAreChecked() throws {
    let network = try Network(
      Architecture("dense 2 || dense 4", inputShape: .row(4), targetShape: .row(4)))
    let rows = FixedRows.random(rows: 6, width: 4, seed: 1)
    let pool = WorkerPool(threadCount: 1)
    let wrong = PairedRows(rows, targets: FixedRows.random(rows: 6, width: 3, seed: 1))
    #expect(throws: TrainingError(.targetDiffers(targets: 3, outputs: 4))) {
      try Trainer(network, options: TrainingOptions(), rows: wrong, pool: pool)
    }
    let pairs = PairedRows(rows, targets: rows)
    for (first, second) in [(pairs, rows), (rows, pairs)] as [(any EpochRows, any EpochRows)] {
      #expect(throws: TrainingError(.targetsOnOneSide)) {
        try Trainer(network, options: TrainingOptions(), rows: first, validationRows: second, pool: pool)
      }
    }
  }

  @Test("the code is found after views and before an up-sampling fused with its convolution")
  func codeIsFound() throws {
    let network = try Network(
      Architecture(
        "flatten | dense 3 | reshape 1 1 3 || up 2 | conv 1 1",
        inputShape: .image(height: 2, width: 1, channels: 1),
        targetShape: .image(height: 2, width: 2, channels: 1)), seed: 2)
    let pass = NetworkPass(network, capacity: 1)
    pass.input(rows: 1).fill(with: 1)
    pass.forward(0..<1)
    let kernel = network.parameters.array
    let expected = (0..<3).map { unit -> Float in kernel[unit] + kernel[3 + unit] }
    #expect(pass.code(rows: 1).array.count == 3)
    for (ours, theirs) in zip(pass.code(rows: 1).array, expected) {
      #expect(areClose(Double(ours), Double(theirs), relative: 1e-5))
    }
  }

  @Test("with targets, training falls back to float32, with a reason")
  func precisionIsChosen() throws {
    guard BFloat16Support.isAvailable else { return }
    let network = try Network(
      Architecture("dense 64 || dense 200", inputShape: .row(300), targetShape: .row(200)))
    let choice = PrecisionChoice(.bfloat16, for: network, batchSize: 128, hasTargets: true)
    #expect(choice.precision == .float32 && choice.reason != nil)
  }
}
