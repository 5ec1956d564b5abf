import MisfitCore
import MisfitKernels
import MisfitNetworks

/// An autoencoder with one wide hidden layer of random weights, whose output layer is solved, not trained.
///
/// The output layer is the ridge regression of the row on tanh(x · W + b), from one pass over the rows: an
/// extreme learning machine (Huang, Zhu and Siew, 2006; as an autoencoder Kasun et al., 2013). No epochs, no
/// learning rate, the same weights for the same seed, and rows as many as there are, in constant memory.
package enum RandomFeatureNetwork {
  /// How the network is made.
  package struct Options: Sendable, Hashable {
    /// Hidden units.
    package var units = 1024
    /// The deviation of a unit's weighted sum for standardised columns; biases are uniform in ± as much.
    ///
    /// Larger values bend the layer more.
    package var spread = 2.0
    /// What is added to the diagonal of the hidden products, as a share of its mean.
    ///
    /// More makes reasons surer and detection worse. Rows of 100 whose odd column is named first, mean of six
    /// made-up tables of 8 correlated columns, and mean area under the curve and average precision on 22
    /// tables of ADBench: 76, 0.898 and 0.701 at 1e-4; 90, 0.894 and 0.699 at 1e-2; 95, 0.891 and 0.696 at
    /// 3e-2; 99, 0.885 and 0.689 at 0.1.
    package var regularization = 0.03

    /// The defaults.
    package init() {}
  }

  /// Learns from rows in one pass.
  ///
  /// - Complexity: O(N·(U + D)² + U³) for N rows of D columns and U units; memory O((U + D)²).
  /// - Throws: ``ModelError`` for rows too wide, ``LinearAlgebraError``, ``ArchitectureError``, and what
  ///   reading the rows may throw.
  package static func fit(
    _ rows: any EpochRows, shape: SampleShape, options: Options = Options(), seed: UInt64, on pool: WorkerPool
  ) throws -> Network {
    let width = rows.width
    let limit = PrincipalComponents.widthLimit - options.units
    guard width <= limit else { throw ModelError(.tooWide(width: width, limit: limit)) }
    let network = try Network(
      Architecture.dense(inputShape: shape, hidden: [options.units], activation: .tanh))
    draw(network, spread: options.spread, seed: seed)
    let covariance = StreamedCovariance(width: options.units + width)
    try NumericThread.scope { () throws -> Void in
      try covariance.update(FeatureRows(rows, network: network, units: options.units), on: pool)
    }
    try solve(network, covariance, options)
    return network
  }

  /// The hidden layer's weights, normal, and biases.
  private static func draw(_ network: Network, spread: Double, seed: UInt64) {
    let kernel = network.parameters[network.tensors[0].range]
    let bias = network.parameters[network.tensors[1].range]
    var generator = SeededGenerator(seed: seed, stream: SeedStream.randomFeatures.value)
    let scale = spread / Double(network.width).squareRoot()
    for index in 0..<kernel.count { kernel[index] = Float(NormalNumber.next(&generator) * scale) }
    for index in 0..<bias.count { bias[index] = Float((2 * generator.nextUnitDouble() - 1) * spread) }
  }

  /// The output layer, from the products of features and columns with each other.
  private static func solve(
    _ network: Network, _ covariance: StreamedCovariance, _ options: Options
  ) throws {
    let (units, width, all) = (options.units, network.width, covariance.width)
    var matrix = Array(repeating: 0.0, count: units * units)
    var sides = Array(repeating: 0.0, count: width * units)
    var trace = 0.0
    for row in 0..<units {
      for column in 0..<units { matrix[row * units + column] = covariance.products[row * all + column] }
      for column in 0..<width {
        sides[column * units + row] = covariance.products[row * all + units + column]
      }
      trace += matrix[row * units + row]
    }
    guard trace.isFinite, sides.allSatisfy(\.isFinite) else { throw ModelError(.notFinite) }
    let added = options.regularization * max(trace / Double(units), 1e-12)
    for row in 0..<units { matrix[row * units + row] += added }
    let solution = try PositiveDefiniteSystem.solve(matrix, size: units, rightSides: sides)
    let kernel = network.parameters[network.tensors[2].range]
    let bias = network.parameters[network.tensors[3].range]
    for column in 0..<width {
      var offset = covariance.mean[units + column]
      for unit in 0..<units {
        let weight = solution[column * units + unit]
        kernel[unit * width + column] = Float(weight)
        offset -= weight * covariance.mean[unit]
      }
      bias[column] = Float(offset)
    }
  }
}

/// Rows with the values of hidden units before their own: [U + D].
private final class FeatureRows: EpochRows {
  private let rows: any EpochRows
  private let units: Int
  private let kernel: FloatSlice
  private let bias: FloatSlice
  let width: Int
  var rowCount: Int { rows.rowCount }

  init(_ rows: any EpochRows, network: Network, units: Int) {
    self.rows = rows
    self.units = units
    kernel = network.parameters[network.tensors[0].range]
    bias = network.parameters[network.tensors[1].range]
    width = rows.width + units
  }

  func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    try rows.beginEpoch(epoch, shuffled: shuffled)
  }

  func makeAvailable(_ range: Range<Int>) throws { try rows.makeAvailable(range) }

  func gather(_ range: Range<Int>, into destination: FloatSlice) {
    let columns = rows.width
    let values = FloatBuffer(count: range.count * columns).all
    let features = FloatBuffer(count: range.count * units).all
    rows.gather(range, into: values)
    MatrixProduct.multiply(
      values, by: kernel, into: features, rows: range.count, columns: units, inner: columns)
    VectorKernels.current.addBias(bias, andActivate: .tanh, in: features)
    for row in 0..<range.count {
      let place = row * width
      destination[place..<place + units].copy(from: features[row * units..<(row + 1) * units])
      destination[place + units..<place + width].copy(from: values[row * columns..<(row + 1) * columns])
    }
  }
}
