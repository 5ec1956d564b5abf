/// The measurement of one run of a case.
struct Measurement: Codable, Hashable, Sendable {
  /// The name of the case.
  var caseName: String
  /// The seconds of each timed unit: an epoch with its validation pass, a scoring pass, a process.
  var seconds: [Double]
  /// The number of computing threads.
  var threadCount: Int
  /// The seed of data, weights and order.
  var seed: UInt64
  /// The samples of one timed unit, without validation; nil if it has none.
  var sampleCount: Int?
  /// The values (numbers) of one timed unit.
  var valueCount: Int?
  /// The multiplications and additions of one timed unit.
  var floatingPointOperations: Double?
  /// The bytes read in one timed unit.
  var byteCount: Int?
  /// The running training loss of the last epoch.
  var trainLoss: Double?
  /// The loss of the validation rows after the last epoch.
  var validationLoss: Double?
  /// The largest difference from a plain reference, as a share of the reference.
  var largestRelativeError: Double?
  /// The peak resident memory of the process.
  var peakMemoryBytes: Int?
  /// The rate of all threads together in products of square matrices directly afterwards, in operations a
  /// second.
  var arithmeticLimit: Double?

  init(_ caseName: String, seconds: [Double], threadCount: Int, seed: UInt64) {
    self.caseName = caseName
    self.seconds = seconds
    self.threadCount = threadCount
    self.seed = seed
  }
}
