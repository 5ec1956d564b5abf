import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// Rows to train a network on, without those that it rebuilds worst: from the second epoch on, an epoch
/// leaves out the rows with the largest errors after the one before.
///
/// The loss is then the trimmed one of Rousseeuw, "Least median of squares regression" (1984), minimised by
/// concentration steps (Rousseeuw and Van Driessen, 1999): errors, then the least of them, then a step. An
/// epoch costs a pass forward more. Work is shared out as in scoring, so that the same rows are left out at
/// any number of threads.
///
/// Where the share is to be found, rows are left out whose error, as a length, is above the third quartile by
/// more than three times the range of the quartiles (Tukey's outer fence), at most ``limit`` of all.
///
/// Memory: five bytes a row; rows in a file are copied to another one, within as much memory again.
final class TrimmedRows: EpochRows, @unchecked Sendable {
  private let store: RowStore
  private let network: Network
  private let loss: Loss
  private let cells: CellLayout?
  private let contamination: Contamination
  private let epochsBefore: Int
  private let pool: WorkerPool
  /// The rows of the current epoch, where they had to be copied.
  private var copy: RowStore?
  /// The rows that the current epoch leaves out, ascending.
  private(set) var leftOut: [Int] = []

  /// The largest share that is left out unasked.
  static let limit = 0.2

  /// `epochsBefore` is added to the numbers of epochs, for members of an ensemble.
  init(
    _ store: RowStore, network: Network, loss: Loss, cells: CellLayout?, contamination: Contamination,
    epochsBefore: Int = 0, pool: WorkerPool
  ) {
    self.store = store
    self.network = network
    self.loss = loss
    self.cells = cells
    self.contamination = contamination
    self.epochsBefore = epochsBefore
    self.pool = pool
  }

  /// The rows of the current epoch.
  var rowCount: Int { store.rowCount - leftOut.count }
  var width: Int { store.width }

  func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    copy = nil
    leftOut = epoch > 1 && shuffled ? try oddest() : []
    guard !leftOut.isEmpty else { return try store.beginEpoch(epoch + epochsBefore, shuffled: shuffled) }
    guard store.isSpilled else { return store.beginEpoch(epoch + epochsBefore, of: keptRows()) }
    let copy = try copied()
    try copy.beginEpoch(epoch + epochsBefore, shuffled: true)
    self.copy = copy
  }

  func makeAvailable(_ range: Range<Int>) throws { try (copy ?? store).makeAvailable(range) }

  func gather(_ range: Range<Int>, into destination: FloatSlice) {
    (copy ?? store).gather(range, into: destination)
  }

  private func keptRows() -> [UInt32] {
    var isKept = [Bool](repeating: true, count: store.rowCount)
    for row in leftOut { isKept[row] = false }
    return isKept.indices.filter { isKept[$0] }.map { UInt32($0) }
  }

  private func copied() throws -> RowStore {
    let copy = RowStore(width: width, seed: store.seed, memoryLimitBytes: store.memoryLimitBytes)
    let row = FloatBuffer(count: width).all
    try store.beginEpoch(0, shuffled: false)
    for index in keptRows() {
      let place = Int(index)..<Int(index) + 1
      try store.makeAvailable(place)
      store.gather(place, into: row)
      try copy.append(row)
    }
    try copy.finish()
    return copy
  }

  private func oddest() throws -> [Int] {
    let errors = try errors()
    let order = errors.indices.sorted { (errors[$1], $0) < (errors[$0], $1) }
    return order.prefix(count(of: errors, descending: order)).sorted()
  }

  /// How many of the rows are left out: never all but one.
  private func count(of errors: [Float], descending order: [Int]) -> Int {
    let most = errors.count - 2
    switch contamination {
    case .share(let share): return max(0, min(most, Int((share * Double(errors.count)).rounded())))
    case .found:
      func quartile(_ share: Double) -> Float { errors[SortedValues.lowerQuantile(share, order)] }
      let (upper, lower) = (quartile(0.25), quartile(0.75))
      // Roots of squared errors are lengths, whose ordinary spread does not depend on their size.
      func size(_ error: Float) -> Float {
        loss == .meanSquaredError || loss == .mixed ? max(error, 0).squareRoot() : error
      }
      let fence = size(upper) + 3 * (size(upper) - size(lower))
      let limit = min(most, Int(Self.limit * Double(errors.count)))
      return order.prefix(max(0, limit)).prefix { size(errors[$0]) > fence }.count
    }
  }

  /// The error of each row by the loss, as the network is now.
  private func errors() throws -> [Float] {
    let model: any RowModel =
      cells.map { CellModel(NetworkModel(network), cells: $0) } ?? NetworkModel(network)
    let plan = ShardedPlan(model.plans())
    let own = FloatBuffer(count: plan.rowsPerBlock).all
    let stored = FloatBuffer(count: plan.rowsPerBlock * RowErrors.storedCount).all
    var errors = [Float](repeating: 0, count: store.rowCount)
    try store.beginEpoch(0, shuffled: false)
    try plan.run(
      rowCount: store.rowCount, on: pool, prepare: { try store.makeAvailable($0) },
      load: { store.gather($0, into: $1) },
      finish: { range, result in
        let start = range.lowerBound % plan.rowsPerBlock
        if let scores = result.scores { return own[start..<start + range.count].copy(from: scores) }
        VectorKernels.current.rowErrors(
          input: result.input, output: result.reconstruction, width: width,
          withCrossEntropy: loss == .binaryCrossEntropy,
          into: stored[start * RowErrors.storedCount..<(start + range.count) * RowErrors.storedCount])
      },
      conclude: { block in
        for (index, row) in block.enumerated() {
          let found = RowErrors(stored: stored, at: index, width: width)
          errors[row] = loss == .mixed ? own[index] : Float(found.value(of: loss))
        }
      })
    return errors
  }
}

extension RowErrors {
  /// The mean loss of the row's values.
  fileprivate func value(of loss: Loss) -> Double {
    switch loss {
    case .meanSquaredError, .mixed: meanSquared
    case .meanAbsoluteError: meanAbsolute
    case .binaryCrossEntropy: meanCrossEntropy ?? meanSquared
    }
  }
}
