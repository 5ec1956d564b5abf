import Misfit

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A dense autoencoder written as plain formulas in doubles: the reference for fast scores.
struct PlainAutoencoder {
  private struct Layer {
    let kernel: [Float]
    let bias: [Float]
    let activation: Activation
  }

  private let layers: [Layer]

  /// Copies the weights of a network; nil if it has unsupported layers or activations.
  init?(_ network: Network) {
    var layers: [Layer] = []
    for (index, specification) in network.architecture.layers.enumerated() {
      guard let dense = specification.dense, let activation = dense.activation,
        network.tensors.count > 2 * index + 1,
        [.linear, .relu, .sigmoid].contains(activation)
      else { return nil }
      layers.append(
        Layer(
          kernel: network.parameters[network.tensors[2 * index].range].array,
          bias: network.parameters[network.tensors[2 * index + 1].range].array, activation: activation))
    }
    self.layers = layers
  }

  /// Returns the mean of the squared differences between a row and its reconstruction.
  func meanSquaredError(_ row: [Double]) -> Double {
    let output = layers.reduce(row) { apply($1, to: $0) }
    let sum = zip(row, output).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return sum / Double(row.count)
  }

  private func apply(_ layer: Layer, to input: [Double]) -> [Double] {
    let count = layer.bias.count
    var sums = layer.bias.map(Double.init)
    for (row, value) in input.enumerated() where value != 0 {
      for column in 0..<count { sums[column] += value * Double(layer.kernel[row * count + column]) }
    }
    switch layer.activation {
    case .relu: return sums.map { max($0, 0) }
    case .sigmoid: return sums.map { 1 / (1 + exp(-$0)) }
    default: return sums
    }
  }
}

/// A comparison of scores with their references.
struct ScoreCheck {
  /// A float has 24 bits, and a few hundred of them are added.
  static let tolerance = 1e-4
  /// A bf16 has 8 bits.
  static let toleranceOfBFloat16 = 0.01

  /// The largest relative difference of a score from its reference.
  var tolerance = ScoreCheck.tolerance

  private(set) var largestRelativeError = 0.0
  private(set) var count = 0

  /// Compares a score with its reference.
  ///
  /// - Throws: ``BenchmarkError`` if they differ too much.
  mutating func compare(_ score: Double, with reference: Double, row: Int) throws(BenchmarkError) {
    let difference = abs(score - reference) / max(abs(reference), 1e-12)
    guard difference <= tolerance else {
      throw BenchmarkError(
        .wrongAnswer("row \(row) has the score \(score), and the reference is \(reference)"))
    }
    largestRelativeError = max(largestRelativeError, difference)
    count += 1
  }
}
