import MisfitCore
import MisfitKernels

/// The forward pass of rows through a network, a block of shards at a time, on the threads of a pool.
///
/// Rows are split into shards of a fixed size, so the result does not depend on the number of threads.
package final class ForwardPlan: Sendable {
  /// The result of one shard; the slices are valid during the call that receives it.
  ///
  /// Shapes: R rows; `input` [R, width], `reconstruction` [R, output width], `code` [R, code width].
  package struct Result: Sendable {
    /// The input rows.
    package let input: FloatSlice
    /// The values of the bottleneck.
    package let code: FloatSlice
    /// The output of the network.
    package let reconstruction: FloatSlice
    fileprivate let pass: NetworkPass
    fileprivate let rows: Int

    /// Returns the sum of the losses of the rows.
    func lossSum(_ loss: Loss) -> Float { pass.lossSum(loss, rows: rows) }

    /// The memory for the targets of the rows, to be filled before ``lossSum(_:)``: [R, output width].
    var target: FloatSlice { pass.target(rows: rows) }
  }

  /// The number of rows of a shard.
  package let rowsPerShard: Int
  /// The number of rows of a block, which is made available before the threads start.
  package var rowsPerBlock: Int { rowsPerShard * passes.count }

  private let network: Network
  private let cells: CellLayout?
  private let passes: [NetworkPass]

  /// Allocates the buffers for eight shards of at most 128 rows.
  ///
  /// `givesLogits` omits the activation of the output, for a loss that includes it. With bf16, products have
  /// rounded factors if the processor supports them: see ``BFloat16Support``.
  package convenience init(_ network: Network, givesLogits: Bool = false, precision: Precision = .float32) {
    self.init(
      network, cells: nil, givesLogits: givesLogits, precision: precision, hasTargets: false, noise: nil)
  }

  /// Creates a plan whose losses compare with targets, or with the rows before noise of a seed.
  init(
    _ network: Network, cells: CellLayout?, givesLogits: Bool, precision: Precision, hasTargets: Bool,
    noise: (Noise, seed: UInt64)?
  ) {
    let isRounding = precision == .bfloat16 && BFloat16Support.isAvailable
    // As in training: all layers of a dense network compute in bf16, and else only convolutions.
    let weights =
      isRounding && network.denseLayers != nil ? network.bfloat16Weights { _ in false } : []
    self.network = network
    self.cells = cells
    let rowsPerShard = network.rowsPerShard
    self.rowsPerShard = rowsPerShard
    passes = (0..<8).map { _ in
      NetworkPass(
        network, capacity: rowsPerShard, cells: cells, givesLogits: givesLogits, weights: weights,
        convolutionPrecision: isRounding ? .bfloat16 : .float32, hasTargets: hasTargets, noise: noise)
    }
  }

  /// Runs `rowCount` rows: `load` fills the input of a shard, `finish` receives its result.
  ///
  /// Both are called on several threads at once, each time for other rows, and may write only to memory of
  /// these rows. `prepare` and `conclude` are called on the calling thread before and after each block.
  package func run(
    rowCount: Int, on pool: WorkerPool, prepare: (Range<Int>) throws -> Void = { _ in },
    load: (Range<Int>, FloatSlice) -> Void, finish: (Range<Int>, Result) -> Void,
    conclude: (Range<Int>) throws -> Void = { _ in }
  ) rethrows {
    passes[0].refreshParameters()
    // The passes share the rounded kernels.
    for pass in passes.dropFirst() { pass.refreshOwnParameters() }
    for block in stride(from: 0, to: rowCount, by: rowsPerBlock) {
      let end = min(block + rowsPerBlock, rowCount)
      try prepare(block..<end)
      let shardCount = (end - block + rowsPerShard - 1) / rowsPerShard
      pool.run(shardCount: shardCount) { shard in
        let start = block + shard * rowsPerShard
        let range = start..<min(start + rowsPerShard, end)
        pass(range, through: passes[shard], load: load, finish: finish)
      }
      try conclude(block..<end)
    }
  }

  private func pass(
    _ range: Range<Int>, through pass: NetworkPass, load: (Range<Int>, FloatSlice) -> Void,
    finish: (Range<Int>, Result) -> Void
  ) {
    let rows = range.count
    let input = pass.input(rows: rows)
    load(range, input)
    pass.addNoise(to: range)
    pass.forward(rows: rows)
    finish(
      range,
      Result(
        input: input, code: pass.output(ofLayer: network.codeIndex, rows: rows),
        reconstruction: pass.reconstruction(rows: rows), pass: pass, rows: rows))
  }

  /// Returns the mean loss of all rows of a source, in their stored order.
  ///
  /// - Throws: errors of reading the rows.
  func meanLoss(_ loss: Loss, of rows: any EpochRows, on pool: WorkerPool) throws -> Double {
    try rows.beginEpoch(0, shuffled: false)
    let sums = FloatBuffer(count: passes.count).all
    var total = 0.0
    try run(
      rowCount: rows.rowCount, on: pool, prepare: { try rows.makeAvailable($0) },
      load: { rows.gather($0, into: $1) },
      finish: { range, result in
        if rows.targetWidth != nil { rows.gatherTargets(range, into: result.target) }
        sums[range.lowerBound % rowsPerBlock / rowsPerShard] = result.lossSum(loss)
      },
      conclude: { block in
        let shardCount = (block.count + rowsPerShard - 1) / rowsPerShard
        for shard in 0..<shardCount { total += Double(sums[shard]) }
      })
    return total / (Double(rows.rowCount) * Double(cells?.cells.count ?? network.outputWidth))
  }
}

extension Network {
  /// The rows of one forward pass: at most about 1 MiB per layer and 64 MiB in all, so that neither very wide
  /// samples nor very many layers exhaust memory.
  package var rowsPerShard: Int {
    let valueCount = layers.reduce(width) { $0 + $1.outputCount }
    return max(1, min(128, (1 << 18) / widest, (1 << 24) / valueCount))
  }
}
