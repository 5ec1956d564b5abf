import MisfitCore

/// Rows held in memory, in an order that a test decides.
package final class FixedRows: EpochRows {
  package let rowCount: Int
  package let width: Int
  private let values: Rows
  private let order: FloatSlice
  private let seed: UInt64?

  /// The rows in `values`; shuffled by `seed` and epoch, or never where it is nil.
  package init(_ values: [Float], width: Int, shuffledBy seed: UInt64? = nil) {
    self.width = width
    rowCount = values.count / width
    self.values = Rows(FloatBuffer(values).all, width: width)
    order = FloatBuffer(count: max(rowCount, 1)).all
    self.seed = seed
  }

  /// Uniform random rows.
  package static func random(rows: Int, width: Int, seed: UInt64) -> FixedRows {
    var generator = SeededGenerator(seed: seed)
    return FixedRows(
      (0..<rows * width).map { _ in generator.nextUnitFloat() }, width: width, shuffledBy: seed)
  }

  package func beginEpoch(_ epoch: Int, shuffled: Bool) {
    for index in 0..<rowCount { order[index] = Float(index) }
    guard shuffled, let seed else { return }
    var generator = SeededGenerator(seed: seed, stream: UInt64(epoch))
    for (index, row) in Permutation.random(count: rowCount, using: &generator).enumerated() {
      order[index] = Float(row)
    }
  }

  package func makeAvailable(_ range: Range<Int>) {}

  package func gather(_ range: Range<Int>, into destination: FloatSlice) {
    let target = Rows(destination[0..<range.count * width], width: width)
    for (place, position) in range.enumerated() {
      target[place].copy(from: values[Int(order[position])])
    }
  }
}
