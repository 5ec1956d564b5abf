import MisfitCore
import MisfitKernels

/// How far the values of rows are from their reconstructions, value by value.
package enum ResidualVariances {
  /// The mean squared difference of each value, over the rows where its cell is there: [E]; 1 where it never
  /// is.
  ///
  /// The same at any number of threads: sums are joined shard by shard.
  ///
  /// - Throws: what reading the rows may throw.
  package static func of(
    _ model: any RowModel, cells: CellLayout, over rows: any EpochRows, on pool: WorkerPool
  ) throws -> [Double] {
    let plan = ShardedPlan(model.plans(rowsWereLearned: true))
    let shardCount = plan.rowsPerBlock / plan.rowsPerShard
    let parts = (0..<shardCount).map { _ in Sums(cells) }
    let whole = Sums(cells)
    try rows.beginEpoch(0, shuffled: false)
    try NumericThread.scope { () throws -> Void in
      try plan.run(
        rowCount: rows.rowCount, on: pool, prepare: { try rows.makeAvailable($0) },
        load: { range, input in
          rows.gather(range, into: input)
          parts[range.lowerBound % plan.rowsPerBlock / plan.rowsPerShard].begin(input.span)
        },
        finish: { range, result in
          parts[range.lowerBound % plan.rowsPerBlock / plan.rowsPerShard].add(
            result.input.span, result.reconstruction.span)
        },
        conclude: { block in
          for shard in 0..<(block.count + plan.rowsPerShard - 1) / plan.rowsPerShard {
            whole.join(parts[shard])
          }
        })
    }
    return whole.means
  }

  /// Sums of one thread at a time.
  private final class Sums: @unchecked Sendable {
    private let cells: CellLayout
    private var squares: [Double]
    private var counts: [Int]
    private var isMissing: [Bool] = []

    init(_ cells: CellLayout) {
      self.cells = cells
      squares = Array(repeating: 0, count: cells.width)
      counts = Array(repeating: 0, count: cells.cells.count)
    }

    /// Notes what is missing before anything fills it.
    func begin(_ rows: Span<Float>) {
      isMissing.removeAll(keepingCapacity: true)
      for start in stride(from: 0, to: rows.count, by: cells.width) {
        let row = rows.extracting(start..<start + cells.width)
        for cell in cells.cells { isMissing.append(cell.isMissing(in: row)) }
      }
    }

    func add(_ input: Span<Float>, _ output: Span<Float>) {
      var place = 0
      for start in stride(from: 0, to: input.count, by: cells.width) {
        for (index, cell) in cells.cells.enumerated() {
          defer { place += 1 }
          guard !isMissing[place] else { continue }
          counts[index] += 1
          for value in cell.outputs {
            let difference = Double(input[start + value]) - Double(output[start + value])
            squares[value] += difference * difference
          }
        }
      }
    }

    /// Takes another's sums, which are 0 then.
    func join(_ other: Sums) {
      for index in squares.indices { squares[index] += other.squares[index] }
      for index in counts.indices { counts[index] += other.counts[index] }
      other.squares = Array(repeating: 0, count: squares.count)
      other.counts = Array(repeating: 0, count: counts.count)
    }

    var means: [Double] {
      var means = [Double](repeating: 1, count: squares.count)
      for (index, cell) in cells.cells.enumerated() where counts[index] > 0 {
        for value in cell.outputs { means[value] = squares[value] / Double(counts[index]) }
      }
      return means
    }
  }
}
