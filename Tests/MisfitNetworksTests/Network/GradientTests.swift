import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitNetworks

@Suite struct GradientTests {
  /// Activations with a kink are tried on data that keeps clear of it most of the time; a few sums still land
  /// there.
  @Test(
    "every parameter's gradient is the slope of the loss", arguments: Activation.allCases, Loss.allCases)
  func gradientIsTheSlope(_ activation: Activation, _ loss: Loss) throws {
    let output: Activation = loss == .binaryCrossEntropy ? .sigmoid : activation
    let network = try Network(
      .dense(inputShape: .row(7), hidden: [6, 3], activation: activation, outputActivation: output),
      initialization: .he, seed: 3)
    let rows = 5
    let pass = NetworkPass(
      network, capacity: rows, givesLogits: loss == .binaryCrossEntropy, trains: true)
    var generator = SeededGenerator(seed: 11)
    pass.input(rows: rows).copy(from: (0..<rows * 7).map { _ in generator.nextUnitFloat() })
    // A bias that is not 0 keeps rectified units alive on one side of their kink.
    for index in 0..<network.parameterCount where network.parameters[index] == 0 {
      network.parameters[index] = 0.1 + 0.2 * generator.nextUnitFloat()
    }

    pass.forward(rows: rows)
    let scale = 1 / Float(rows * 7)
    _ = pass.backward(loss, rows: rows, scale: scale)
    let gradients = try #require(pass.parameterGradients)

    var outliers = 0
    for index in 0..<network.parameterCount {
      let slope = self.slope(at: index, of: network, pass, loss, rows: rows) * Double(scale)
      if !areClose(Double(gradients[index]), slope, relative: 0.03, absolute: 3e-4) { outliers += 1 }
    }
    // A kink between the two points of a difference spoils it; smooth functions have none.
    let allowed = Self.hasKink(activation, loss) ? network.parameterCount / 20 : 0
    #expect(outliers <= allowed, "\(outliers) of \(network.parameterCount) differ")
  }

  @Test("the gradient reaches every parameter")
  func gradientReachesEveryParameter() throws {
    let network = try Network(
      .dense(inputShape: .row(7), hidden: [6, 3], activation: .tanh), seed: 3)
    let pass = NetworkPass(network, capacity: 4, givesLogits: false, trains: true)
    var generator = SeededGenerator(seed: 5)
    pass.input(rows: 4).copy(from: (0..<28).map { _ in generator.nextUnitFloat() })
    pass.forward(rows: 4)
    _ = pass.backward(.meanSquaredError, rows: 4, scale: 1)
    let gradients = try #require(pass.parameterGradients)
    #expect(gradients.array.allSatisfy { $0 != 0 })
  }

  private func slope(at index: Int, of network: Network, _ pass: NetworkPass, _ loss: Loss, rows: Int)
    -> Double
  {
    let value = network.parameters[index]
    let step: Float = 1e-3
    network.parameters[index] = value + step
    pass.forward(rows: rows)
    let above = Double(pass.lossSum(loss, rows: rows))
    network.parameters[index] = value - step
    pass.forward(rows: rows)
    let below = Double(pass.lossSum(loss, rows: rows))
    network.parameters[index] = value
    return (above - below) / Double(value + step - (value - step))
  }

  private static func hasKink(_ activation: Activation, _ loss: Loss) -> Bool {
    loss == .meanAbsoluteError || [.relu, .leakyReLU, .selu].contains(activation)
  }
}
