import MisfitCore
import MisfitKernels

/// How far a row is from its neighbours, column by column, for each of the five judgements.
struct LocalParts {
  private let width: Int
  /// Neighbours minus the row: [K, D].
  private let differences: FloatSlice
  /// Their products: [K, K].
  private let gram: FloatSlice
  private let weights: FloatSlice
  /// A vector each judgement, whose squares are the columns' parts of it: [5, D].
  private let vectors: FloatSlice
  private var solver: BarycentricWeights
  private let neighborCount: Int

  private static let partCount = 5

  init(neighborCount: Int, width: Int) {
    self.width = width
    self.neighborCount = neighborCount
    differences = FloatBuffer(count: neighborCount * width).all
    gram = FloatBuffer(count: neighborCount * neighborCount).all
    weights = FloatBuffer(count: neighborCount).all
    vectors = FloatBuffer(count: Self.partCount * width).all
    solver = BarycentricWeights(capacity: neighborCount)
  }

  /// Takes a row and its neighbours.
  func load(_ input: FloatSlice, _ reference: ReferenceRows, _ search: NeighborSearch, row: Int) {
    for place in 0..<neighborCount {
      let neighbor = reference.row(search.index(ofRow: row, at: place))
      Self.subtract(input, from: neighbor, into: differences[place * width..<(place + 1) * width])
    }
    MatrixProduct.multiply(
      differences, by: differences, .transposed, into: gram, rows: neighborCount, columns: neighborCount,
      inner: width)
  }

  /// Rebuilds the row from its nearest neighbours; gives the distance, and keeps the residual.
  mutating func residual(of part: Int, neighbors count: Int, regularization: Double) -> Double {
    let gram = gram
    solver.solve(
      gram: gram.span, stride: neighborCount, count: count, regularization: regularization)
    for index in 0..<count { weights[index] = Float(solver.weights[index]) }
    let vector = vector(part)
    MatrixProduct.multiply(
      weights[0..<count], by: differences[0..<count * width], into: vector, rows: 1, columns: width,
      inner: count)
    return Double(VectorKernels.current.sumOfSquares(of: vector)).squareRoot()
  }

  /// Writes the row rebuilt by the first judgement.
  func rebuild(_ input: FloatSlice, into output: FloatSlice) {
    output.copy(from: input)
    VectorKernels.current.add(vector(0), to: output)
  }

  /// Keeps the mean of the nearest neighbours minus the row.
  func meanDifference(of part: Int, neighbors count: Int) {
    let vector = vector(part)
    vector.fill(with: 0)
    for place in 0..<count {
      VectorKernels.current.add(differences[place * width..<(place + 1) * width], to: vector)
    }
    VectorKernels.current.scale(vector, by: 1 / Float(count))
  }

  /// Keeps the same of the bent row and its bent neighbours.
  func bentDifference(
    of part: Int, _ input: FloatSlice, _ reference: ReferenceRows, _ search: NeighborSearch, row: Int
  ) {
    let vector = vector(part)
    vector.copy(from: input)
    VectorKernels.current.scale(vector, by: -Float(search.neighborCount))
    for place in 0..<search.neighborCount {
      VectorKernels.current.add(reference.row(search.index(ofRow: row, at: place)), to: vector)
    }
  }

  /// Shares out a row's score: each judgement by the squares of its vector, the judgements by `weights`, or
  /// equally where all are 0.
  func share(weights: [Double], into shares: FloatSlice) {
    shares.fill(with: 0)
    let total = weights.reduce(0, +)
    for (part, weight) in weights.enumerated() {
      let vector = vector(part)
      let squares = VectorKernels.current.sumOfSquares(of: vector)
      let share = total > 0 ? weight / total : 1 / Double(weights.count)
      guard squares > 0, squares.isFinite, share > 0 else { continue }
      Self.add(squaresOf: vector, times: Float(share) / squares, to: shares)
    }
    // A judgement whose vector is all zeros had none to give.
    Shares.normalise(shares)
  }

  private func vector(_ part: Int) -> FloatSlice { vectors[part * width..<(part + 1) * width] }

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
