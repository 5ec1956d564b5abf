import Misfit

/// Counts of the multiplications and additions in the products of a network; other operations are negligible.
struct NetworkArithmetic {
  /// The multiplications of each layer for one row, forward.
  private let multiplications: [Int]

  init(_ architecture: Architecture) {
    multiplications = (try? Network(architecture))?.multiplicationsPerRow ?? []
  }

  /// The operations of one row, forward.
  var forward: Double { 2 * Double(multiplications.reduce(0, +)) }

  /// The operations of one training row: forward, gradient of the weights, gradient of the input except for
  /// the first layer's.
  var training: Double { 3 * forward - 2 * Double(multiplications.first ?? 0) }

  /// Returns the operations of an epoch with its validation pass.
  func epoch(rowCount: Int, validationRowCount: Int) -> Double {
    Double(rowCount) * training + Double(validationRowCount) * forward
  }
}
