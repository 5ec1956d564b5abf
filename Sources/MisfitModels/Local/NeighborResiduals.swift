import MisfitCore
import MisfitKernels

/// The residuals of one row by each of the component scores of a ``LocalReconstruction``.
///
/// Each component has a vector, whose squares are the contributions of the columns. The methods that compute
/// a component overwrite its vector.
struct NeighborResiduals {
  private let width: Int
  /// The neighbors minus the row: [K, D].
  private let differences: Rows
  /// The products of the differences with each other: [K, K].
  private let gram: FloatSlice
  private let weights: FloatSlice
  /// The vectors of the components: [C, D].
  private let vectors: Rows
  private var solver: BarycentricWeights
  private let neighborCount: Int

  init(neighborCount: Int, width: Int, componentCount: Int = 1) {
    self.width = width
    self.neighborCount = neighborCount
    differences = Rows(count: neighborCount, width: width)
    gram = FloatBuffer(count: neighborCount * neighborCount).all
    weights = FloatBuffer(count: neighborCount).all
    vectors = Rows(count: componentCount, width: width)
    solver = BarycentricWeights(capacity: neighborCount)
  }

  /// Loads a row and its neighbors.
  func load(_ input: FloatSlice, _ reference: ReferenceRows, _ search: NeighborSearch, row: Int) {
    for rank in 0..<neighborCount {
      let neighbor = reference[search.index(ofRow: row, at: rank)]
      Self.subtract(input, from: neighbor, into: differences[rank])
    }
    MatrixProduct.multiply(
      differences.slice, by: differences.slice, .transposed, into: gram, rows: neighborCount,
      columns: neighborCount, inner: width)
  }

  /// Reconstructs the row from its nearest neighbors, and returns its distance to the reconstruction.
  mutating func residual(of component: Int, neighbors count: Int, regularization: Double) -> Double {
    let gram = gram
    solver.solve(
      gram: gram.span, stride: neighborCount, count: count, regularization: regularization)
    for index in 0..<count { weights[index] = Float(solver.weights[index]) }
    let vector = vectors[component]
    MatrixProduct.multiply(
      weights[0..<count], by: differences[0..<count].slice, into: vector, rows: 1, columns: width,
      inner: count)
    return Double(VectorKernels.current.sumOfSquares(of: vector)).squareRoot()
  }

  /// Writes the reconstruction of the first component.
  func reconstruct(_ input: FloatSlice, into output: FloatSlice) {
    output.copy(from: input)
    VectorKernels.current.add(vectors[0], to: output)
  }

  /// Copies the vector of a component to another one.
  func copy(_ component: Int, to other: Int) { vectors[other].copy(from: vectors[component]) }

  /// Computes a point minus the row.
  func difference(of component: Int, from input: FloatSlice, to point: FloatSlice) {
    Self.subtract(input, from: point, into: vectors[component])
  }

  /// Computes the square roots of contributions that `add` adds to zeros, and returns its result.
  func roots(of component: Int, add: (FloatSlice) -> Double) -> Double {
    let vector = vectors[component]
    vector.fill(with: 0)
    let result = add(vector)
    vector.withMutableSpan { vector in
      for index in 0..<vector.count { vector[index] = max(0, vector[index]).squareRoot() }
    }
    return result
  }

  /// Computes the mean of the nearest neighbors minus the row.
  func meanDifference(of component: Int, neighbors count: Int) {
    let vector = vectors[component]
    vector.fill(with: 0)
    for rank in 0..<count { VectorKernels.current.add(differences[rank], to: vector) }
    VectorKernels.current.scale(vector, by: 1 / Float(count))
  }

  /// Computes the sum of all neighbors minus as many times the row, all compressed.
  func compressedDifference(
    of component: Int, _ input: FloatSlice, _ reference: ReferenceRows, _ search: NeighborSearch, row: Int
  ) {
    let vector = vectors[component]
    vector.copy(from: input)
    VectorKernels.current.scale(vector, by: -Float(search.neighborCount))
    for rank in 0..<search.neighborCount {
      VectorKernels.current.add(reference[search.index(ofRow: row, at: rank)], to: vector)
    }
  }

  /// Computes the shares of the columns in the row's score: each component by the squares of its vector, the
  /// components by `weights`, or equally if all weights are 0.
  func share(weights: [Double], into shares: FloatSlice) {
    shares.fill(with: 0)
    let total = weights.reduce(0, +)
    for (component, weight) in weights.enumerated() {
      let vector = vectors[component]
      let squares = VectorKernels.current.sumOfSquares(of: vector)
      let share = total > 0 ? weight / total : 1 / Double(weights.count)
      guard squares > 0, squares.isFinite, share > 0 else { continue }
      Self.add(squaresOf: vector, times: Float(share) / squares, to: shares)
    }
    // A component whose vector is zero has added nothing.
    Shares.normalize(shares)
  }

  private static func subtract(_ a: FloatSlice, from b: FloatSlice, into difference: FloatSlice) {
    let (a, b) = (a.span, b.span)
    difference.withMutableSpan { difference in
      for index in 0..<a.count { difference[index] = b[index] - a[index] }
    }
  }

  private static func add(squaresOf vector: FloatSlice, times factor: Float, to shares: FloatSlice) {
    let vector = vector.span
    shares.withMutableSpan { shares in
      for index in 0..<vector.count { shares[index] += factor * vector[index] * vector[index] }
    }
  }
}
