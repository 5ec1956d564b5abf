/// The weights of the neighbors in the best reconstruction of a row.
///
/// Minimizes ‖Σ w_i z_i‖² under Σ w_i = 1, where z_i is neighbor i minus the row: Saul and Roweis, "Think
/// globally, fit locally" (2003), section 4. With G = Z Zᵀ and t = trace(G) / k, solves (G + r t I) w = 1 by
/// a Cholesky decomposition in doubles, and scales w to sum to 1.
struct BarycentricWeights {
  private var matrix: [Double]
  /// The weights of the last solution, in the order of the neighbors.
  private(set) var weights: [Double]
  private let capacity: Int

  /// Allocates memory for at most `capacity` neighbors.
  init(capacity: Int) {
    self.capacity = capacity
    matrix = Array(repeating: 0, count: capacity * capacity)
    weights = Array(repeating: 0, count: capacity)
  }

  /// Solves for the first `count` neighbors; `gram` is G of all neighbors, with `stride` floats per row.
  ///
  /// If G is zero, the weights are equal.
  ///
  /// - Precondition: `count` is at least 1 and at most the capacity.
  mutating func solve(gram: Span<Float>, stride: Int, count: Int, regularization: Double) {
    precondition(count >= 1 && count <= capacity && gram.count >= (count - 1) * stride + count)
    var trace = 0.0
    for index in 0..<count { trace += Double(gram[index * stride + index]) }
    let added = regularization * max(trace / Double(count), 1e-12)
    Self.decompose(&matrix, gram, stride, count, added)
    Self.substitute(matrix, &weights, count)
    var sum = 0.0
    for index in 0..<count { sum += weights[index] }
    for index in 0..<count { weights[index] /= sum }
  }

  /// Computes the lower triangle L with L Lᵀ = G + `added` I.
  private static func decompose(
    _ matrix: inout [Double], _ gram: Span<Float>, _ stride: Int, _ count: Int, _ added: Double
  ) {
    var lower = matrix.mutableSpan
    for row in 0..<count {
      for column in 0...row {
        var sum = Double(gram[row * stride + column]) + (row == column ? added : 0)
        for index in 0..<column { sum -= lower[row * count + index] * lower[column * count + index] }
        // The rounding errors of G, a product of floats, must not make the square negative.
        lower[row * count + column] =
          row == column ? max(sum, added * 1e-3).squareRoot() : sum / lower[column * count + column]
      }
    }
  }

  /// Solves L Lᵀ w = 1.
  private static func substitute(_ matrix: [Double], _ weights: inout [Double], _ count: Int) {
    let lower = matrix.span
    var w = weights.mutableSpan
    for row in 0..<count {
      var sum = 1.0
      for index in 0..<row { sum -= lower[row * count + index] * w[index] }
      w[row] = sum / lower[row * count + row]
    }
    for row in stride(from: count - 1, through: 0, by: -1) {
      var sum = w[row]
      for index in row + 1..<max(count, row + 1) { sum -= lower[index * count + row] * w[index] }
      w[row] = sum / lower[row * count + row]
    }
  }
}
