import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitNetworks

/// Networks of typed rows, compared with PyTorch (Fixtures/make_cells.py).
@Suite("A mixed loss")
struct MixedLossTests {
  struct Trajectory: Decodable {
    struct Description: Decodable {
      var kind: String
      var start: Int
      var count: Int
      var indicator: Int?
      var factor: Double
    }

    var width: Int
    var batchSize: Int
    var hidden: [Int]
    var cells: [Description]
    var rows: [Float]
    var initial: [Float]
    var losses: [Double]
    var parameters: [Float]
    var costs: [Double]

    var groups: GroupedLoss {
      let kinds: [String: LossGroup.Kind] = [
        "numbers": .squares, "yesOrNo": .binary, "levels": .softmax,
      ]
      return GroupedLoss(
        cells.map {
          LossGroup(
            kinds[$0.kind] ?? .squares, outputs: $0.start..<$0.start + $0.count, mask: $0.indicator,
            factor: $0.factor)
        }, width: width)
    }

    func network() throws -> Network {
      let network = try Network(
        .dense(inputShape: .row(width), hidden: hidden, decoder: [], activation: .tanh))
      network.parameters.copy(from: initial)
      return network
    }

    var options: TrainingOptions {
      var options = TrainingOptions()
      options.epochs = 1
      options.batchSize = batchSize
      options.loss = .mixed
      options.optimizer = Optimizer(.adam, learningRate: 0.01)
      options.optimizer.epsilon = 1e-12
      return options
    }
  }

  static func trajectory() throws -> Trajectory { try Fixture.json("cells.json", as: Trajectory.self) }

  @Test("fifty steps with a mixed loss end with PyTorch's parameters and costs")
  func trajectory() throws {
    let fixture = try Self.trajectory()
    let network = try fixture.network()
    let trainer = try Trainer(
      network, options: fixture.options, groups: fixture.groups,
      rows: FixedRows(fixture.rows, width: fixture.width), pool: WorkerPool(threadCount: 1))
    var losses: [Double] = []
    var sumBefore = 0.0
    _ = try trainer.run { event in
      guard case .progress(_, let rowsDone, _, let meanLoss) = event else { return }
      losses.append((meanLoss * Double(rowsDone) - sumBefore) / Double(fixture.batchSize))
      sumBefore = meanLoss * Double(rowsDone)
    }
    #expect(losses.count == fixture.losses.count)
    for (step, (ours, theirs)) in zip(losses, fixture.losses).enumerated() {
      #expect(areClose(ours, theirs, relative: 1e-4), "step \(step + 1): \(ours), PyTorch \(theirs)")
    }
    for (ours, theirs) in zip(network.parameters.array, fixture.parameters) {
      #expect(areClose(Double(ours), Double(theirs), relative: 1e-3, absolute: 2e-4))
    }
    let rowCount = fixture.costs.count / fixture.cells.count
    let values = Array(fixture.rows.prefix(rowCount * fixture.width))
    let pass = NetworkPass(network, capacity: rowCount)
    pass.input(rows: rowCount).copy(from: values)
    pass.forward(rows: rowCount)
    let costs = FloatBuffer(count: fixture.costs.count).all
    fixture.groups.costs(
      of: pass.reconstruction(rows: rowCount), against: FloatBuffer(values).all, into: costs)
    for (ours, theirs) in zip(costs.array, fixture.costs) {
      #expect(areClose(Double(ours), theirs, relative: 2e-3, absolute: 1e-3))
    }
  }

  @Test(
    "a mixed loss gives the same bits at any number of threads, with validation, with noise and without",
    arguments: [nil, Noise(.gaussian, amount: 0.2)])
  func threads(_ noise: Noise?) throws {
    let fixture = try Self.trajectory()
    func train(_ threadCount: Int) throws -> ([UInt32], [Double?]) {
      let network = try fixture.network()
      var options = fixture.options
      options.epochs = 3
      options.batchSize = 100
      options.noise = noise
      let held = Array(fixture.rows.suffix(90 * fixture.width))
      let trainer = try Trainer(
        network, options: options, groups: fixture.groups,
        rows: FixedRows(fixture.rows, width: fixture.width, shuffledBy: 3),
        validationRows: FixedRows(held, width: fixture.width),
        pool: NumericThread.pool(threadCount: threadCount))
      _ = try trainer.run()
      return (network.parameters.array.map(\.bitPattern), trainer.state.progress.epochs.map(\.validationLoss))
    }
    let (bits, losses) = try train(1)
    #expect(losses.allSatisfy { ($0 ?? 9) < 1 })
    for threadCount in [2, 3] {
      let other = try train(threadCount)
      #expect(other.0 == bits && other.1 == losses)
    }
  }

  @Test("a mixed loss ignores the values of missing cells, except the indicator")
  func missing() throws {
    let fixture = try Self.trajectory()
    func losses(_ rows: [Float]) throws -> Double {
      let network = try fixture.network()
      // Nothing of the input is passed on: only targets could distinguish rows.
      network.parameters[network.tensors[0].range].fill(with: 0)
      var options = fixture.options
      options.batchSize = fixture.rows.count / fixture.width
      let trainer = try Trainer(
        network, options: options, groups: fixture.groups, rows: FixedRows(rows, width: fixture.width),
        pool: WorkerPool(threadCount: 1))
      _ = try trainer.run()
      return try #require(trainer.state.progress.epochs.first).trainLoss
    }
    var changed = fixture.rows
    for start in stride(from: 0, to: changed.count, by: fixture.width) where changed[start + 1] == 1 {
      changed[start] = 1000
    }
    #expect(changed != fixture.rows)
    #expect(try losses(changed) == losses(fixture.rows))
  }

  @Test("a mixed loss refuses an output with an activation")
  func activation() throws {
    let fixture = try Self.trajectory()
    let network = try Network(
      .dense(inputShape: .row(fixture.width), hidden: [3], outputActivation: .sigmoid))
    let error = #expect(throws: TrainingError.self) {
      _ = try Trainer(
        network, options: fixture.options, groups: fixture.groups,
        rows: FixedRows(fixture.rows, width: fixture.width), pool: WorkerPool(threadCount: 1))
    }
    #expect(error?.kind == .mixedLossNeedsLinear)
  }
}
