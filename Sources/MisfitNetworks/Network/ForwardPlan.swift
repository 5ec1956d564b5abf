import MisfitCore
import MisfitKernels

/// Takes rows through a network, a block of shards at a time, on the threads of a pool.
///
/// Rows are cut into shards of a fixed size, so that a result does not depend on the number of threads.
public final class ForwardPlan: Sendable {
  /// What a shard gave; the slices are valid while the call that hands it out runs.
  ///
  /// Shapes: R rows; `input` [R, width], `reconstruction` [R, output width], `code` [R, code width].
  public struct Result: Sendable {
    /// The rows as they went in.
    public let input: FloatSlice
    /// The bottleneck's values.
    public let code: FloatSlice
    /// The network's output.
    public let reconstruction: FloatSlice
    fileprivate let pass: NetworkPass
    fileprivate let rows: Int

    /// The sum of the rows' losses.
    func lossSum(_ loss: Loss) -> Float { pass.lossSum(loss, rows: rows) }

    /// Where the rows' own targets are written before the loss is asked for: [R, output width].
    var target: FloatSlice { pass.target(rows: rows) }
  }

  /// The rows of one shard.
  public let rowsPerShard: Int
  /// The rows of one block: what is loaded before the threads go to work.
  public var rowsPerBlock: Int { rowsPerShard * passes.count }

  private let network: Network
  private let cells: CellLayout?
  private let passes: [NetworkPass]

  /// Makes the buffers for eight shards of at most 128 rows.
  ///
  /// `givesLogits` leaves the output's activation out, for a loss that includes it. With bf16, products are
  /// of rounded factors, where the processor has them: see ``BFloat16Support``.
  public convenience init(_ network: Network, givesLogits: Bool = false, precision: Precision = .single) {
    self.init(
      network, cells: nil, givesLogits: givesLogits, precision: precision, hasTargets: false, noise: nil)
  }

  /// A plan whose losses are against targets of the rows' own, or against the rows before noise of a seed.
  init(
    _ network: Network, cells: CellLayout?, givesLogits: Bool, precision: Precision, hasTargets: Bool,
    noise: (Noise, seed: UInt64)?
  ) {
    let isRounding = precision == .bfloat16 && BFloat16Support.isAvailable
    // As in training, where a network is dense or has convolutions in bf16.
    let weights =
      isRounding && network.isDense ? network.layers.map { $0.bfloat16Weights(hasWayBack: false) } : []
    self.network = network
    self.cells = cells
    let rowsPerShard = network.rowsPerShard
    self.rowsPerShard = rowsPerShard
    passes = (0..<8).map { _ in
      NetworkPass(
        network, capacity: rowsPerShard, cells: cells, givesLogits: givesLogits, weights: weights,
        convolutionPrecision: isRounding ? .bfloat16 : .single, hasTargets: hasTargets, noise: noise)
    }
  }

  /// Passes `rowCount` rows: `load` fills a shard's input, `finish` takes what came out.
  ///
  /// Both are called on several threads at once, each time for other rows, and must write to places of these
  /// rows alone. `prepare` and `conclude` are called on this thread before and after each block.
  public func run(
    rowCount: Int, on pool: WorkerPool, prepare: (Range<Int>) throws -> Void = { _ in },
    load: (Range<Int>, FloatSlice) -> Void, finish: (Range<Int>, Result) -> Void,
    conclude: (Range<Int>) throws -> Void = { _ in }
  ) rethrows {
    passes[0].takeUpParameters()
    // Rounded kernels are shared by the passes.
    for pass in passes.dropFirst() { pass.takeUpOwnParameters() }
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

  /// The mean loss of all rows of a source, in its own order.
  ///
  /// - Throws: what reading the rows may throw.
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
  /// The rows that pass forward together: about 1 MiB a layer and 64 MiB in all at the most, so that neither very wide
  /// samples nor very many layers take all memory.
  package var rowsPerShard: Int {
    let valueCount = layers.reduce(width) { $0 + $1.outputCount }
    return max(1, min(128, (1 << 18) / widest, (1 << 24) / valueCount))
  }
}
