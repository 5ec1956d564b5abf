import MisfitCore
import MisfitKernels

/// The forward pass of rows through a network, a block of shards at a time, on the threads of a pool.
///
/// Rows are split into shards of a fixed size (``RowPass``), so the result does not depend on the number of
/// threads.
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
  package var rowsPerShard: Int { pass.rowsPerShard }
  /// The number of rows of a block, which is made available before the threads start.
  package var rowsPerBlock: Int { pass.rowsPerBlock }

  private let network: Network
  private let groups: GroupedLoss?
  private let pass: RowPass<NetworkPass>

  /// Allocates the buffers for eight shards of at most 128 rows.
  ///
  /// `givesLogits` omits the activation of the output, for a loss that includes it. With bf16, products have
  /// rounded factors if the processor supports them: see ``BFloat16Support``.
  package convenience init(_ network: Network, givesLogits: Bool = false, precision: Precision = .float32) {
    self.init(
      network, groups: nil, givesLogits: givesLogits, precision: precision, hasTargets: false, noise: nil)
  }

  /// Creates a plan whose losses compare with targets, or with the rows before noise of a seed.
  init(
    _ network: Network, groups: GroupedLoss?, givesLogits: Bool, precision: Precision, hasTargets: Bool,
    noise: (Noise, seed: UInt64)?
  ) {
    let isRounding = precision == .bfloat16 && BFloat16Support.isAvailable
    // As in training: all layers of a dense network compute in bf16, and else only convolutions.
    let weights =
      isRounding && network.denseLayers != nil ? network.bfloat16Weights { _ in false } : []
    self.network = network
    self.groups = groups
    let rowsPerShard = network.rowsPerShard
    pass = RowPass(rowsPerShard: rowsPerShard) {
      NetworkPass(
        network, capacity: rowsPerShard, groups: groups, givesLogits: givesLogits, weights: weights,
        convolutionPrecision: isRounding ? .bfloat16 : .float32, hasTargets: hasTargets, noise: noise)
    }
  }

  /// Runs `rowCount` rows: `load` fills the input of a shard, `finish` receives its result.
  ///
  /// Both are called on several threads at once, each time for other rows, and may write only to memory of
  /// these rows. `prepare` is called on the calling thread before each block, and `conclude` after it for
  /// each of its shards, in the order of the rows.
  package func run(
    rowCount: Int, on pool: WorkerPool, prepare: (Range<Int>) throws -> Void = { _ in },
    load: (Range<Int>, FloatSlice) -> Void, finish: (RowShard, Result) -> Void,
    conclude: (RowShard) throws -> Void = { _ in }
  ) rethrows {
    try run(
      rows: 0..<rowCount, on: pool, prepare: prepare, load: load, finish: finish, conclude: conclude)
  }

  private func run(
    rows: Range<Int>, on pool: WorkerPool, prepare: (Range<Int>) throws -> Void,
    load: (Range<Int>, FloatSlice) -> Void, finish: (RowShard, Result) -> Void,
    conclude: (RowShard) throws -> Void = { _ in }
  ) rethrows {
    pass.workspaces[0].refreshParameters()
    // The passes share the rounded kernels.
    for pass in pass.workspaces.dropFirst() { pass.refreshOwnParameters() }
    try pass.run(
      rows: rows, on: pool, prepare: prepare,
      work: { shard, pass in forward(shard, through: pass, load: load, finish: finish) },
      conclude: { shard, _ in try conclude(shard) })
  }

  private func forward(
    _ shard: RowShard, through pass: NetworkPass, load: (Range<Int>, FloatSlice) -> Void,
    finish: (RowShard, Result) -> Void
  ) {
    let rows = shard.rows.count
    let input = pass.input(rows: rows)
    load(shard.rows, input)
    pass.addNoise(to: shard.rows)
    pass.forward(rows: rows)
    finish(
      shard,
      Result(
        input: input, code: pass.output(ofLayer: network.codeIndex, rows: rows),
        reconstruction: pass.reconstruction(rows: rows), pass: pass, rows: rows))
  }

  /// Returns the mean loss of all rows of a source, in their stored order.
  ///
  /// Each process computes a range of the blocks; the losses of all shards are added in one order.
  ///
  /// - Throws: errors of reading the rows.
  func meanLoss(
    _ loss: Loss, of rows: any EpochRows, sharedBy communicator: any Communicator = SingleProcess(),
    on pool: WorkerPool
  ) throws -> Double {
    try rows.beginEpoch(0, shuffled: false)
    let sums = FloatBuffer(count: RowShards.perBlock).all
    let shares = pass.shares(rowCount: rows.rowCount, count: communicator.rankCount)
    var own: [Double] = []
    try run(
      rows: shares[communicator.rank], on: pool, prepare: { try rows.makeAvailable($0) },
      load: { rows.gather($0, into: $1) },
      finish: { shard, result in
        if rows.targetWidth != nil { rows.gatherTargets(shard.rows, into: result.target) }
        sums[shard.index] = result.lossSum(loss)
      },
      conclude: { shard in own.append(Double(sums[shard.index])) })
    let all = communicator.gathered(own, counts: shares.map(pass.shardCount))
    let total = all.joined().reduce(0, +)
    return total / (Double(rows.rowCount) * Double(groups?.groups.count ?? network.outputWidth))
  }
}

extension Network {
  /// The rows of one forward pass: at most about 1 MiB per layer and 64 MiB in all, so that neither very wide
  /// samples nor very many layers exhaust memory.
  package var rowsPerShard: Int {
    let valueCount = layers.reduce(width) { $0 + $1.outputCount }
    return min(RowShards.rowCount(width: widest), max(1, (1 << 24) / valueCount))
  }
}
