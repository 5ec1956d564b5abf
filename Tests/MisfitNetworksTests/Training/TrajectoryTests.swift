import MisfitCore
import MisfitKernels
import MisfitNetworks
import Testing
import _TestSupport

/// Fifty steps compared with PyTorch, with the same weights and batches (Fixtures/make_trajectories.py).
@Suite struct TrajectoryTests {
  struct Trajectories: Decodable {
    var width: Int
    var batchSize: Int
    var rows: [Float]
    var cases: [Case]
  }

  struct Case: Decodable, CustomTestStringConvertible {
    var hidden: [Int]
    var activation: Activation
    var outputActivation: Activation
    var loss: Loss
    var optimizer: Optimizer.Kind
    var clipNorm: Double?
    var initial: [Float]
    var losses: [Double]

    var testDescription: String { "\(hidden) \(activation) \(outputActivation) \(loss) \(optimizer)" }
  }

  static let trajectories = try? Fixture.json("trajectories.json", as: Trajectories.self)

  @Test("the fixture exists, with every activation and optimizer")
  func fixtureIsComplete() throws {
    let cases = try #require(Self.trajectories).cases
    #expect(Set(cases.map(\.activation)).count == Activation.allCases.count)
    #expect(Set(cases.map(\.optimizer)).count == Optimizer.Kind.allCases.count)
    #expect(Set(cases.map(\.loss)).count == Loss.ofValues.count)
  }

  @Test("the losses of fifty steps are PyTorch's within 1e-4", arguments: trajectories?.cases ?? [])
  func lossesAreThoseOfPyTorch(_ test: Case) throws {
    let fixture = try #require(Self.trajectories)
    let network = try Network(
      .dense(
        inputShape: .row(fixture.width), hidden: test.hidden, decoder: [], activation: test.activation,
        outputActivation: test.outputActivation))
    network.parameters.copy(from: test.initial)
    #expect(network.parameterCount == test.initial.count)
    let losses = try Self.train(network, on: fixture, test)
    #expect(losses.count == test.losses.count)
    for (step, (ours, theirs)) in zip(losses, test.losses).enumerated() {
      #expect(areClose(ours, theirs, relative: 1e-4), "step \(step + 1): \(ours), PyTorch \(theirs)")
    }
  }

  /// The loss of each batch, from the running means that training reports.
  static func train(_ network: Network, on fixture: Trajectories, _ test: Case) throws -> [Double] {
    var options = TrainingOptions()
    options.epochs = 1
    options.batchSize = fixture.batchSize
    options.loss = test.loss
    options.clipNorm = test.clipNorm
    options.optimizer = Optimizer(test.optimizer)
    options.optimizer.epsilon = [.adam, .adamW].contains(test.optimizer) ? 1e-12 : 1e-7
    options.optimizer.momentum = 0.9
    options.optimizer.learningRate =
      switch test.optimizer {
      case .adadelta: 1
      case .gradientDescent: 0.1
      default: 0.01
      }
    let trainer = try Trainer(
      network, options: options, rows: FixedRows(fixture.rows, width: fixture.width),
      pool: WorkerPool(threadCount: 1))
    var losses: [Double] = []
    var sumBefore = 0.0
    _ = try trainer.run { event in
      guard case .progress(_, let rowsDone, _, let meanLoss) = event else { return }
      let sum = meanLoss * Double(rowsDone)
      losses.append((sum - sumBefore) / Double(fixture.batchSize))
      sumBefore = sum
    }
    return losses
  }
}
