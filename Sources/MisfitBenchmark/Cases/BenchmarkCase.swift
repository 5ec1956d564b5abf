import Misfit

/// A timed case, whose answer is checked first.
protocol BenchmarkCase: Sendable {
  /// The name on the command line.
  var name: String { get }
  /// The summary for `--list`.
  var summary: String { get }
  /// The peers to compare with.
  var peers: [Peer] { get }

  /// Returns the reason it cannot run here, or nil if it can.
  func obstacle(_ setting: CaseSetting) -> BenchmarkError?

  /// Creates files in the setting's work folder that all runs share.
  func prepare(_ setting: CaseSetting) throws

  /// Runs once, in this process, and checks the result.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `wrongAnswer` if the result is wrong; any error of the library.
  func measure(_ setting: CaseSetting) throws -> Measurement
}

extension BenchmarkCase {
  var peers: [Peer] { [] }
  func obstacle(_ setting: CaseSetting) -> BenchmarkError? { nil }
  func prepare(_ setting: CaseSetting) throws {}
}

/// The location and size of a run.
struct CaseSetting: Codable, Hashable, Sendable {
  /// The number of computing threads.
  var threadCount = WorkerPool.availableProcessorCount
  /// The precision of matrix products.
  var precision = Precision.float32
  /// The seed of data, weights and order.
  var seed = CaseSetting.defaultSeed
  /// The folder of the MNIST files.
  var dataFolder = "mnist"
  /// A folder for files of this run, removed at its end.
  var workFolder = ""
  /// The path of this program, for cases that time one of its processes; nil runs them in this process.
  var program: String?
  /// The path of the command, for cases that start it.
  var commandPath = ""
  /// The maximum number of rows; nil uses the case's own number, and only then are losses compared with the
  /// peers'.
  var rowLimit: Int?

  /// The seed for which the bands of the losses are stated, and that of the peers.
  static let defaultSeed: UInt64 = 42

  /// Returns `count`, or the row limit if that is less.
  func limited(_ count: Int) -> Int { min(count, rowLimit ?? count) }
}

/// All cases, in their order of execution.
enum BenchmarkCases {
  static let all: [any BenchmarkCase] =
    TrainingCase.published + [ScoringCase(), TableCase(), StartCase.version, StartCase.detect]

  /// Returns the cases of a name; `start` is two of them.
  static func named(_ name: String) -> [any BenchmarkCase] {
    all.filter { $0.name == name || $0.name.hasPrefix(name + "-") && name == "start" }
  }
}
