import MisfitCore

/// What takes rows to reconstructions: an autoencoder, principal components, or the rows nearest by.
///
/// Everything that scores, ranks and reports sees a model through this alone.
///
/// Shapes: rows of D = `width` floats, scaled by the schema; codes of C = `codeCount` values.
public protocol RowModel: Sendable {
  /// D.
  var width: Int { get }
  /// C, the values of a row's code; 0 where the model has none.
  var codeCount: Int { get }
  /// Whether the model judges a row by more than the distance to its reconstruction.
  var hasOwnScore: Bool { get }
  /// What the model is, in a few words: `784-32-784`, `8 of 30 components`.
  var summary: String { get }
  /// The numbers that were learned.
  var parameterCount: Int { get }
  /// All that was learned as floats, by names that a file keeps them under.
  var tensors: [ModelTensor] { get }

  /// The buffers of rows on their way through the model; one plan serves one thread of calls at a time.
  ///
  /// `rowsWereLearned` says that the rows are those learned from: a model of neighbours does not count a row
  /// as its own.
  func makePlan(rowsWereLearned: Bool) -> any RowPlan
}

extension RowModel {
  /// The floats of all tensors.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.values.count } }

  /// The buffers of rows that are new to the model.
  public func makePlan() -> any RowPlan { makePlan(rowsWereLearned: false) }
}

/// A named part of what a model has learned.
public struct ModelTensor: Sendable {
  /// The name in files.
  public let name: String
  /// Outermost first.
  public let extents: [Int]
  /// Their product many floats.
  public let values: FloatSlice

  /// Names floats.
  ///
  /// - Precondition: as many values as the extents say.
  public init(_ name: String, _ extents: [Int], _ values: FloatSlice) {
    precondition(values.count == extents.reduce(1, *), "a tensor has its extents' count")
    self.name = name
    self.extents = extents
    self.values = values
  }
}

/// What became of the rows of a shard; the slices are valid while the call that hands them out runs.
///
/// Shapes: R rows; `input` and `reconstruction` [R, D], `code` [R, C], `scores` [R], `shares` [R, D].
public struct RowResult: Sendable {
  /// The rows as they went in.
  public var input: FloatSlice
  /// The values of their codes.
  public var code: FloatSlice
  /// What the model makes of them.
  public var reconstruction: FloatSlice
  /// The model's own score, higher for odder rows; nil where it has none.
  public var scores: FloatSlice?
  /// The columns' shares of the own score, which sum to 1 in a row; nil where the squared differences to the
  /// reconstruction are shared out.
  public var shares: FloatSlice?

  /// Puts slices together.
  public init(
    input: FloatSlice, code: FloatSlice, reconstruction: FloatSlice, scores: FloatSlice? = nil,
    shares: FloatSlice? = nil
  ) {
    self.input = input
    self.code = code
    self.reconstruction = reconstruction
    self.scores = scores
    self.shares = shares
  }
}

/// Takes rows through a model, a block of shards at a time, on the threads of a pool.
///
/// Rows are cut into shards of a fixed size, so that a result does not depend on the number of threads.
public protocol RowPlan: Sendable {
  /// The rows of one shard.
  var rowsPerShard: Int { get }
  /// The rows of one block: what is loaded before the threads go to work.
  var rowsPerBlock: Int { get }

  /// Passes `rowCount` rows: `load` fills a shard's input, `finish` takes what came out.
  ///
  /// Both are called on several threads at once, each time for other rows, and must write to places of these
  /// rows alone. `prepare` and `conclude` are called on this thread before and after each block.
  func run(
    rowCount: Int, on pool: WorkerPool, prepare: (Range<Int>) throws -> Void,
    load: (Range<Int>, FloatSlice) -> Void, finish: (Range<Int>, RowResult) -> Void,
    conclude: (Range<Int>) throws -> Void
  ) rethrows
}
