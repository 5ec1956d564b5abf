/// What one run of a case gave.
struct Measurement: Codable, Hashable, Sendable {
  /// What was timed.
  var caseName: String
  /// The seconds of each timed piece: an epoch with its validation pass, a pass of scoring, a process.
  var seconds: [Double]
  /// Threads that computed.
  var threadCount: Int
  /// Decided data, weights and order.
  var seed: UInt64
  /// Samples of one timed piece, validation not counted; nil where a piece has none.
  var sampleCount: Int?
  /// Values (numbers) of one timed piece.
  var valueCount: Int?
  /// Multiplications and additions of one timed piece.
  var floatingPointOperations: Double?
  /// Bytes read in one timed piece.
  var byteCount: Int?
  /// The loss of the last epoch, while it was trained.
  var trainLoss: Double?
  /// The loss of the validation rows after the last epoch.
  var validationLoss: Double?
  /// The largest difference to a plain reference, as a share of the reference.
  var largestRelativeError: Double?
  /// The most memory that the process had resident.
  var peakMemoryBytes: Int?
  /// What all threads together reached in products of square matrices right after, in operations a second.
  var arithmeticLimit: Double?

  init(_ caseName: String, seconds: [Double], threadCount: Int, seed: UInt64) {
    self.caseName = caseName
    self.seconds = seconds
    self.threadCount = threadCount
    self.seed = seed
  }
}
