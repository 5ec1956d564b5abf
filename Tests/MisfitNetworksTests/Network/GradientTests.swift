import Foundation
import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitNetworks

@Suite struct GradientTests {
  /// Activations with a kink are tested on data that rarely comes near it; a few sums still do.
  @Test(
    "every parameter's gradient is the slope of the loss", arguments: Activation.allCases, Loss.ofValues)
  func gradientIsTheSlope(_ activation: Activation, _ loss: Loss) throws {
    for kind in PlanKind.allCases {
      let output: Activation = loss == .binaryCrossEntropy ? .sigmoid : activation
      let network = try Network(
        .dense(inputShape: .row(7), hidden: [6, 3], activation: activation, outputActivation: output),
        initialization: .he, seed: 3)
      // A bias that is not 0 keeps rectified units alive on one side of their kink.
      var generator = SeededGenerator(seed: 12)
      for index in 0..<network.parameterCount where network.parameters[index] == 0 {
        network.parameters[index] = 0.1 + 0.2 * generator.nextUnitFloat()
      }
      let measured = try GradientMeasurement(network, loss, kind: kind, rowCount: 5)
      var outliers = 0
      for index in 0..<network.parameterCount {
        let slope = measured.slope(at: index)
        if !areClose(Double(measured.gradients[index]), slope, relative: 0.03, absolute: 3e-4) {
          outliers += 1
        }
      }
      // A kink between the two points of a difference invalidates it; smooth functions have none.
      let allowed = Self.hasKink(activation, loss) ? network.parameterCount / 20 : 0
      #expect(outliers <= allowed, "\(outliers) of \(network.parameterCount) differ in the \(kind) plan")
    }
  }

  @Test("the gradient reaches every parameter", arguments: PlanKind.allCases)
  func gradientReachesEveryParameter(_ kind: PlanKind) throws {
    let network = try Network(
      .dense(inputShape: .row(7), hidden: [6, 3], activation: .tanh), seed: 3)
    let measured = try GradientMeasurement(network, .meanSquaredError, kind: kind, rowCount: 4)
    #expect(measured.gradients.array.allSatisfy { $0 != 0 })
  }

  @Test("both plans compute the same gradients, in any number of rows", arguments: [1, 15, 16, 17, 40, 130])
  func plansAgree(_ rowCount: Int) throws {
    let network = try Network(
      .dense(inputShape: .row(33), hidden: [5, 2], activation: .elu, outputActivation: .sigmoid), seed: 8)
    let small = try GradientMeasurement(network, .binaryCrossEntropy, kind: .small, rowCount: rowCount)
    let layered = try GradientMeasurement(network, .binaryCrossEntropy, kind: .layered, rowCount: rowCount)
    #expect(areClose(small.loss, layered.loss, relative: 1e-5))
    for index in 0..<network.parameterCount {
      #expect(
        areClose(
          Double(small.gradients[index]), Double(layered.gradients[index]), relative: 1e-4, absolute: 1e-7))
    }
  }

  @Test(
    "layers wider than a tile get the gradients of plain loops",
    arguments: [(300, 40), (40, 300), (17, 97)])
  func tilesCoverTheLayer(_ width: Int, _ units: Int) throws {
    let rowCount = 70
    let network = try Network(.dense(inputShape: .row(width), hidden: [units], activation: .tanh), seed: 8)
    let measured = try GradientMeasurement(network, .meanSquaredError, kind: .layered, rowCount: rowCount)
    let kernel = width * units + units
    let p = network.parameters.array.map(Double.init)
    // The code's biases, and a row of the output's kernel.
    var expected = [Double](repeating: 0, count: 2 * units)
    for row in measured.rowValues {
      let code = (0..<units).map { j in
        tanh(row.indices.reduce(p[width * units + j]) { $0 + row[$1] * p[$1 * units + j] })
      }
      let delta = row.indices.map { o in
        let output = code.indices.reduce(p[kernel + units * width + o]) {
          $0 + code[$1] * p[kernel + $1 * width + o]
        }
        return 2 * (output - row[o]) / Double(rowCount * width)
      }
      for j in code.indices {
        let back = delta.indices.reduce(0) { $0 + delta[$1] * p[kernel + j * width + $1] }
        expected[j] += back * (1 - code[j] * code[j])
        expected[units + j] += code[j] * delta[width - 1]
      }
    }
    for j in 0..<units {
      let found = (measured.gradients[width * units + j], measured.gradients[kernel + j * width + width - 1])
      #expect(areClose(Double(found.0), expected[j], relative: 1e-4, absolute: 1e-8))
      #expect(areClose(Double(found.1), expected[units + j], relative: 1e-4, absolute: 1e-8))
    }
    #expect(measured.gradients.array.allSatisfy { $0 != 0 })
  }

  private static func hasKink(_ activation: Activation, _ loss: Loss) -> Bool {
    loss == .meanAbsoluteError || [.relu, .leakyReLU, .selu].contains(activation)
  }
}

/// The two plans for plain dense networks.
enum PlanKind: CaseIterable {
  case small
  case layered

  /// Creates the plan, with its own arena.
  func plan(
    _ network: Network, _ loss: Loss, rowCount: Int, precision: Precision = .float32, pool: WorkerPool
  ) throws -> any TrainingPlan {
    func zeros() -> FloatSlice { FloatBuffer(count: network.parameterCount).all }
    let arena = ParameterArena(
      parameters: network.parameters, gradients: zeros(), moments: (zeros(), zeros()))
    switch self {
    case .small:
      return try #require(SmallTrainingPlan(network, loss: loss, batchSize: rowCount, arena: arena))
    case .layered:
      return LayeredTrainingPlan(
        network, loss: loss, batchSize: rowCount, precision: precision, arena: arena, pool: pool)
    }
  }
}

/// The gradients that a plan computes for one batch, and finite differences of the loss.
struct GradientMeasurement {
  let network: Network
  /// Returns the sum of the losses of the rows.
  let loss: Double
  let gradients: FloatSlice
  private let kind: Loss
  private let pass: NetworkPass
  private let rowCount: Int

  init(
    _ network: Network, _ loss: Loss, kind: PlanKind, precision: Precision = .float32, rowCount: Int
  ) throws {
    let rows = FixedRows.random(rows: rowCount, width: network.width, seed: 11)
    rows.beginEpoch(1, shuffled: false)
    // A momentum step of length 0 changes nothing, so the gradients can be read.
    let standing = OptimizerStep.momentum(learningRate: 0, momentum: 0, decay: 0)
    let plan = try kind.plan(
      network, loss, rowCount: rowCount, precision: precision, pool: WorkerPool(threadCount: 2))
    self.loss = plan.step(
      on: rows, range: 0..<rowCount, epoch: 1, optimizerStep: standing, clipNorm: nil)
    self.network = network
    self.kind = loss
    self.rowCount = rowCount
    gradients = plan.arena.gradients
    pass = NetworkPass(network, capacity: rowCount, givesLogits: loss == .binaryCrossEntropy)
    rows.gather(0..<rowCount, into: pass.input(rows: rowCount))
  }

  /// The batch.
  var rowValues: [[Double]] {
    let values = pass.input(rows: rowCount).array.map(Double.init)
    return (0..<rowCount).map { Array(values[$0 * network.width..<($0 + 1) * network.width]) }
  }

  /// Returns the slope of the mean loss along one parameter, by a central difference.
  func slope(at index: Int) -> Double {
    let value = network.parameters[index]
    let step: Float = 1e-3
    network.parameters[index] = value + step
    let above = lossSum
    network.parameters[index] = value - step
    let below = lossSum
    network.parameters[index] = value
    return (above - below) / Double(value + step - (value - step)) / Double(rowCount * network.width)
  }

  private var lossSum: Double {
    pass.forward(rows: rowCount)
    return Double(pass.lossSum(kind, rows: rowCount))
  }
}
