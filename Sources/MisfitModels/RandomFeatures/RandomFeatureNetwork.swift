import MisfitCore
import MisfitKernels
import MisfitNetworks

/// An autoencoder with one wide hidden layer of random weights, whose output layer is solved, not trained.
///
/// The output layer is the ridge regression of the row on tanh(x · W + b): an extreme learning machine
/// (Huang, Zhu and Siew, 2006; as an autoencoder Kasun et al., 2013). The fit takes one pass over any number
/// of rows in constant memory, without epochs or a learning rate, and the same seed results in the same
/// weights.
package enum RandomFeatureNetwork {
  /// The options of a fit.
  package struct Options: Sendable, Hashable {
    /// The number of hidden units.
    package var units = 1024
    /// The standard deviation of a unit's weighted sum for standardized columns, and the bound of the uniform
    /// biases.
    ///
    /// Larger values make the layer less linear.
    package var spread = 2.0
    /// The ridge that is added to the diagonal of the hidden products, as a share of its mean.
    ///
    /// Larger values improve reasons and impair detection. The three figures are: anomalous rows of 100 whose
    /// anomalous column is the first reason, the mean of six synthetic tables of 8 correlated columns; and
    /// the mean area under the curve and the mean average precision on 22 tables of ADBench. They are 76,
    /// 0.898 and 0.701 at 1e-4; 90, 0.894 and 0.699 at 1e-2; 95, 0.891 and 0.696 at 3e-2; 99, 0.885 and 0.689
    /// at 0.1.
    package var regularization = 0.03

    /// Creates the default options.
    package init() {}
  }

  /// Fits a network in one pass over the rows.
  ///
  /// - Complexity: O(N·(U + D)² + U³) for N rows of D columns and U units; memory O((U + D)²).
  /// - Throws: ``ModelError`` for rows that are too wide, ``LinearAlgebraError``, ``ArchitectureError``, and
  ///   errors of reading the rows.
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

  /// Draws the normal weights and the uniform biases of the hidden layer.
  private static func draw(_ network: Network, spread: Double, seed: UInt64) {
    let kernel = network.parameters[network.tensors[0].range]
    let bias = network.parameters[network.tensors[1].range]
    var generator = SeededGenerator(seed: seed, stream: SeedStream.randomFeatures.value)
    let scale = spread / Double(network.width).squareRoot()
    for index in 0..<kernel.count { kernel[index] = Float(NormalNumber.next(&generator) * scale) }
    for index in 0..<bias.count { bias[index] = Float((2 * generator.nextUnitDouble() - 1) * spread) }
  }

  /// Solves for the output layer, from the covariance of features and columns.
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

/// Rows with the values of U hidden units before their own: [U + D].
private final class FeatureRows: EpochRowsWrapper {
  let base: any EpochRows
  let width: Int
  private let units: Int
  private let kernel: FloatSlice
  private let bias: FloatSlice

  init(_ rows: any EpochRows, network: Network, units: Int) {
    base = rows
    self.units = units
    kernel = network.parameters[network.tensors[0].range]
    bias = network.parameters[network.tensors[1].range]
    width = rows.width + units
  }

  func gather(_ range: Range<Int>, into destination: FloatSlice) {
    let values = Rows(count: range.count, width: base.width)
    let features = Rows(count: range.count, width: units)
    base.gather(range, into: values.slice)
    MatrixProduct.multiply(
      values.slice, by: kernel, into: features.slice, rows: range.count, columns: units, inner: base.width)
    VectorKernels.current.addBias(bias, andActivate: .tanh, in: features.slice)
    let rows = Rows(destination[0..<range.count * width], width: width)
    for row in rows.indices {
      rows[row].copy(from: features[row])
      rows[row][units..<width].copy(from: values[row])
    }
  }
}
