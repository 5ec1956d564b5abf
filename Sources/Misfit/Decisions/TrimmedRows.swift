import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// The training rows of a network without those that it reconstructs worst: from the second epoch on, an
/// epoch omits the rows with the largest errors after the previous one.
///
/// The loss is then the trimmed one of Rousseeuw, "Least median of squares regression" (1984), minimized by
/// concentration steps (Rousseeuw and Van Driessen, 1999): compute the errors, keep the smallest, take a
/// step. An epoch costs one more forward pass. Work is divided as in scoring, so that the same rows are
/// omitted at any number of threads.
///
/// If the share is not given, the omitted rows are those whose error, as a length, exceeds the third quartile
/// by more than three interquartile ranges (Tukey's outer fence), at most ``limit`` of all rows.
///
/// Memory: five bytes a row. Rows that were spilled to a file are copied to another file, within the same
/// memory limit.
final class TrimmedRows: EpochRows, @unchecked Sendable {
  private let store: RowStore
  private let network: Network
  private let loss: Loss
  private let cells: CellLayout?
  private let contamination: Contamination
  private let epochsBefore: Int
  private let pool: WorkerPool
  /// A copy of the rows of the current epoch; nil unless the store was spilled to a file.
  private var copy: RowStore?
  /// The indices of the rows that the current epoch omits, ascending.
  private(set) var leftOut: [Int] = []

  /// The largest share of rows that is omitted if the share is not given.
  static let limit = 0.2

  /// Creates the rows of a network; `epochsBefore` is added to epoch numbers, for members of an ensemble.
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

  /// The number of rows of the current epoch.
  var rowCount: Int { store.rowCount - leftOut.count }
  var width: Int { store.width }

  func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    copy = nil
    leftOut = epoch > 1 && shuffled ? try worstRows() : []
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
      let range = Int(index)..<Int(index) + 1
      try store.makeAvailable(range)
      store.gather(range, into: row)
      try copy.append(row)
    }
    try copy.finish()
    return copy
  }

  private func worstRows() throws -> [Int] {
    let errors = try errors()
    let order = errors.indices.sorted { (errors[$1], $0) < (errors[$0], $1) }
    return order.prefix(count(of: errors, descending: order)).sorted()
  }

  /// Returns the number of rows to omit; at least two remain.
  private func count(of errors: [Float], descending order: [Int]) -> Int {
    let most = errors.count - 2
    switch contamination {
    case .share(let share): return max(0, min(most, Int((share * Double(errors.count)).rounded())))
    case .found:
      func quartile(_ share: Double) -> Float { errors[SortedValues.lowerQuantile(share, order)] }
      let (upper, lower) = (quartile(0.25), quartile(0.75))
      // Roots of squared errors are lengths, whose usual spread does not depend on their size.
      func size(_ error: Float) -> Float {
        loss == .meanSquaredError || loss == .mixed ? max(error, 0).squareRoot() : error
      }
      let fence = size(upper) + 3 * (size(upper) - size(lower))
      let limit = min(most, Int(Self.limit * Double(errors.count)))
      return order.prefix(max(0, limit)).prefix { size(errors[$0]) > fence }.count
    }
  }

  /// Returns the error of each row by the loss, with the network's current weights.
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
  /// Returns the mean loss of the row's values.
  fileprivate func value(of loss: Loss) -> Double {
    switch loss {
    case .meanSquaredError, .mixed: meanSquared
    case .meanAbsoluteError: meanAbsolute
    case .binaryCrossEntropy: meanCrossEntropy ?? meanSquared
    }
  }
}
