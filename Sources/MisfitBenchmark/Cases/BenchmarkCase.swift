import Misfit

/// One thing that is timed, with its answer checked first.
protocol BenchmarkCase: Sendable {
  /// What it is called on the command line.
  var name: String { get }
  /// What it measures, for `--list`.
  var summary: String { get }
  /// What to run beside it.
  var peers: [Peer] { get }

  /// Why it cannot run here, or nil where it can.
  func obstacle(_ setting: CaseSetting) -> BenchmarkError?

  /// Makes files in the setting's work folder that all runs share.
  func prepare(_ setting: CaseSetting) throws

  /// Runs once, in this process, and checks what came out.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `wrongAnswer` where it is wrong; what the library throws.
  func measure(_ setting: CaseSetting) throws -> Measurement
}

extension BenchmarkCase {
  var peers: [Peer] { [] }
  func obstacle(_ setting: CaseSetting) -> BenchmarkError? { nil }
  func prepare(_ setting: CaseSetting) throws {}
}

/// Where and how large a case runs.
struct CaseSetting: Codable, Hashable, Sendable {
  /// Threads that compute.
  var threadCount = WorkerPool.availableProcessorCount
  /// What products are computed in.
  var precision = Precision.float32
  /// Decides data, weights and order.
  var seed = CaseSetting.defaultSeed
  /// Where the MNIST files are.
  var dataFolder = "../shared/data/mnist"
  /// A folder for files of this run, removed with it.
  var workFolder = ""
  /// This program, for cases that time a process of it; nil does the same here.
  var program: String?
  /// The command, for cases that start it.
  var commandPath = ""
  /// The most rows to take; nil takes the case's own number, and only then are losses held against the
  /// peers'.
  var rowLimit: Int?

  /// The seed for which the bands of the losses are stated; the peers' too.
  static let defaultSeed: UInt64 = 42

  /// `count`, or the limit where that is less.
  func limited(_ count: Int) -> Int { min(count, rowLimit ?? count) }
}

/// All cases, in the order in which they run.
enum BenchmarkCases {
  static let all: [any BenchmarkCase] =
    TrainingCase.published + [ScoringCase(), TableCase(), StartCase.version, StartCase.detect]

  /// The cases of a name; `start` is two of them.
  static func named(_ name: String) -> [any BenchmarkCase] {
    all.filter { $0.name == name || $0.name.hasPrefix(name + "-") && name == "start" }
  }
}
