import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// The training rows of a network without those that it reconstructs worst: from the second epoch on, an
/// epoch leaves out the rows with the largest errors after the previous epoch.
///
/// The loss is then the trimmed loss of Rousseeuw, "Least median of squares regression" (1984), minimized by
/// concentration steps (Rousseeuw and Van Driessen, 1999): each computes the errors, selects the smallest
/// ones and trains on their rows. An epoch takes an additional forward pass. The same rows are left out at
/// any number of threads.
///
/// If the share is to be estimated, a row is left out if the square root of its error is above the third
/// quartile by more than three interquartile ranges (Tukey's outer fence), at most ``limit`` of all rows.
///
/// Memory: five bytes per row; rows in a file are copied to another file, within as much memory again.
final class TrimmedRows: EpochRowsWrapper, @unchecked Sendable {
  private let store: RowStore
  private let network: Network
  private let loss: Loss
  private let cells: TableCells?
  private let contamination: Contamination
  private let epochsBefore: Int
  private let pool: WorkerPool
  /// The rows of the current epoch, if they are copied.
  private var copy: RowStore?
  /// The indices of the rows that the current epoch leaves out, ascending.
  private(set) var leftOut: [Int] = []

  /// The maximum estimated share.
  static let limit = 0.2

  /// Wraps the rows of a store.
  ///
  /// `epochsBefore` is added to the numbers of epochs, for members of an ensemble.
  init(
    _ store: RowStore, network: Network, loss: Loss, cells: TableCells?, contamination: Contamination,
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

  /// The store of the current epoch's rows.
  var base: any EpochRows { copy ?? store }
  /// The number of rows of the current epoch.
  var rowCount: Int { store.rowCount - leftOut.count }

  func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    copy = nil
    leftOut = epoch > 1 && shuffled ? try worst() : []
    guard !leftOut.isEmpty else { return try store.beginEpoch(epoch + epochsBefore, shuffled: shuffled) }
    guard store.isSpilled else { return store.beginEpoch(epoch + epochsBefore, of: keptRows()) }
    let copy = try copied()
    try copy.beginEpoch(epoch + epochsBefore, shuffled: true)
    self.copy = copy
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

  /// Returns the indices of the rows with the largest errors, ascending.
  private func worst() throws -> [Int] {
    let errors = try errors()
    let order = errors.indices.sorted { (errors[$1], $0) < (errors[$0], $1) }
    return order.prefix(count(of: errors, descending: order)).sorted()
  }

  /// Returns how many rows are left out; at least two remain.
  private func count(of errors: [Float], descending order: [Int]) -> Int {
    let most = errors.count - 2
    switch contamination {
    case .share(let share): return max(0, min(most, Int((share * Double(errors.count)).rounded())))
    case .found:
      func quartile(_ share: Double) -> Float { errors[SortedValues.lowerQuantile(share, order)] }
      let (upper, lower) = (quartile(0.25), quartile(0.75))
      // The spread of the roots of squared errors does not depend on their size.
      func size(_ error: Float) -> Float {
        loss == .meanSquaredError || loss == .mixed ? max(error, 0).squareRoot() : error
      }
      let fence = size(upper) + 3 * (size(upper) - size(lower))
      let limit = min(most, Int(Self.limit * Double(errors.count)))
      return order.prefix(max(0, limit)).prefix { size(errors[$0]) > fence }.count
    }
  }

  /// Returns the error of each row by the loss and the current parameters of the network.
  private func errors() throws -> [Float] {
    let model: any RowModel =
      cells.map { CellModel(NetworkModel(network), cells: $0) } ?? NetworkModel(network)
    let pass = RowErrorPass(
      model: model, computesErrors: !model.hasOwnScore, includesCrossEntropy: loss == .binaryCrossEntropy)
    var errors = [Float](repeating: 0, count: store.rowCount)
    try pass.run(over: store, on: pool) { row, result in
      errors[row] = loss == .mixed ? result.ownScore : Float(result.errors.value(of: loss))
    }
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
