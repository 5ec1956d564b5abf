import MisfitCore
import MisfitKernels

/// The variances of the values of rows about their reconstructions.
package enum ResidualVariances {
  /// Returns the mean squared residual of each value over the rows whose cell is not missing: [E]; 1 if it
  /// always is.
  ///
  /// The result is the same at any number of threads, because sums are added shard by shard.
  ///
  /// - Throws: Errors of reading the rows.
  package static func of(
    _ model: any RowModel, cells: TableCells, over rows: any EpochRows, on pool: WorkerPool
  ) throws -> [Double] {
    let shards = (0..<RowShards.perBlock).map { _ in Sums(cells) }
    let total = Sums(cells)
    try NumericThread.scope { () throws -> Void in
      try ModelPass(model.plans(rowsWereLearned: true)).run(
        over: rows, on: pool,
        loaded: { shard, input in shards[shard.index].begin(input.span) },
        finish: { shard, result in
          shards[shard.index].add(result.input.span, result.reconstruction.span)
        },
        conclude: { shard in total.add(shards[shard.index]) })
    }
    return total.means
  }

  /// Returns the mean squared residual of all values of rows without missing cells.
  ///
  /// The result is the same at any number of threads.
  ///
  /// - Throws: Errors of reading the rows.
  package static func mean(
    of model: any RowModel, over rows: any EpochRows, on pool: WorkerPool
  ) throws -> Double {
    let shards = (0..<RowShards.perBlock).map { _ in SquareSum() }
    var (sum, count) = (0.0, 0)
    try NumericThread.scope { () throws -> Void in
      try ModelPass(model.plans(rowsWereLearned: true)).run(
        over: rows, on: pool,
        finish: { shard, result in
          shards[shard.index].add(result.input.span, result.reconstruction.span)
        },
        conclude: { shard in
          sum += shards[shard.index].sum
          count += shards[shard.index].count
        })
    }
    return sum / Double(count)
  }

  /// The sum of squared residuals of one shard, which one thread uses at a time.
  private final class SquareSum: @unchecked Sendable {
    private(set) var sum = 0.0
    private(set) var count = 0

    func add(_ rows: Span<Float>, _ reconstructions: Span<Float>) {
      (sum, count) = (0, rows.count)
      for index in rows.indices {
        let residual = Double(rows[index] - reconstructions[index])
        sum += residual * residual
      }
    }
  }

  /// The sums of one shard, which one thread uses at a time.
  private final class Sums: @unchecked Sendable {
    private let cells: TableCells
    private var squares: [Double]
    private var counts: [Int]
    private var states: [CellState] = []

    init(_ cells: TableCells) {
      self.cells = cells
      squares = Array(repeating: 0, count: cells.width)
      counts = Array(repeating: 0, count: cells.cells.count)
    }

    /// Records which cells are missing, before the model may impute them.
    func begin(_ rows: Span<Float>) {
      let rowCount = rows.count / cells.width
      states = Array(repeating: .known, count: rowCount * counts.count)
      for row in 0..<rowCount {
        let values = rows.extracting(row * cells.width..<(row + 1) * cells.width)
        cells.readStates(of: values, into: &states, at: row * counts.count)
      }
    }

    func add(_ input: Span<Float>, _ output: Span<Float>) {
      var cellIndex = 0
      for start in stride(from: 0, to: input.count, by: cells.width) {
        for (index, cell) in cells.cells.enumerated() {
          defer { cellIndex += 1 }
          guard states[cellIndex] != .missing else { continue }
          counts[index] += 1
          for value in cell.inputs {
            let difference = Double(input[start + value]) - Double(output[start + value])
            squares[value] += difference * difference
          }
        }
      }
    }

    /// Adds the sums of another shard, and sets those to 0.
    func add(_ other: Sums) {
      for index in squares.indices { squares[index] += other.squares[index] }
      for index in counts.indices { counts[index] += other.counts[index] }
      other.squares = Array(repeating: 0, count: squares.count)
      other.counts = Array(repeating: 0, count: counts.count)
    }

    var means: [Double] {
      var means = [Double](repeating: 1, count: squares.count)
      for (index, cell) in cells.cells.enumerated() where counts[index] > 0 {
        for value in cell.inputs { means[value] = squares[value] / Double(counts[index]) }
      }
      return means
    }
  }
}
