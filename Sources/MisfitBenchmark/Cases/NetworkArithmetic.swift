import Misfit

/// Counts the multiplications and additions in the products of a network, the only ones that matter.
struct NetworkArithmetic {
  /// Multiplications of each layer for one row, forward.
  private let multiplications: [Int]

  init(_ architecture: Architecture) {
    multiplications = (try? Network(architecture))?.multiplicationsPerRow ?? []
  }

  /// Of one row, forward.
  var forward: Double { 2 * Double(multiplications.reduce(0, +)) }

  /// Of one row that is trained on: forward, gradient of the weights, gradient of the input but for the first
  /// layer's.
  var training: Double { 3 * forward - 2 * Double(multiplications.first ?? 0) }

  /// Of an epoch with its validation pass.
  func epoch(rowCount: Int, validationRowCount: Int) -> Double {
    Double(rowCount) * training + Double(validationRowCount) * forward
  }
}
