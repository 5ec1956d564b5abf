import Misfit

/// The parsed arguments.
///
/// It has its own small parser: the one of the command is part of its executable, and does more than a tool
/// for developers of Misfit needs.
struct BenchmarkArguments: Hashable {
  var caseNames: [String] = []
  var setting = CaseSetting()
  /// The number of runs of each case, and of pairs with each peer.
  var runCount = 3
  var peerFolder: String?
  var python = "python3"
  var writesJSON = false
  var lists = false
  var isLong = false
  var wantsHelp = false

  static let help = """
    usage: misfit-benchmark [CASE ...] [options]
           misfit-benchmark growth [--long] [--json]
           misfit-benchmark adbench DIR [--protocol one-class|transductive] [--model NAME] [--seeds N]
                                [--only TEXT] [--planted SHARE] [--contaminated SHARE|auto] [--trim SHARE]
                                [--json]
           misfit-benchmark check DIR [--model NAME] [--seeds N] [--only TEXT] [--json]
           misfit-benchmark alarms [--data table|images] [--model NAME] [--rows N] [--runs N]
                                (see alarms --help)
           misfit-benchmark kernels [--threads N] [--json] (see kernels --help)
           misfit-benchmark guard OLD NEW [CASE ...] (see guard --help)
           misfit-benchmark feedback DIR [--model NAME] [--marks N] [--seeds N] (see feedback --help)
           misfit-benchmark segments [--runs N] [--rows N] (see segments --help)
           misfit-benchmark nab --data DIR [--alarms] [--json]

    Times each case in separate processes, and checks its answer before it reports a time. Exit status 1
    means that an answer was wrong.
    adbench measures how well a model finds the anomalies of the NPZ tables in DIR: AUROC and average
    precision of each, then their means. --planted 0.05 makes 5 % of the one-class training rows anomalies,
    and does not score them.
    check fits models to half of the normal rows of these tables and checks the other half: the share of
    flagged rows, and the checks that fail.

      --list            list the cases
      --runs N          runs of each case, and pairs with each peer (3)
      --threads N       computing threads (all processors)
      --precision NAME  f32, or bf16 in training and scoring (f32)
      --seed N          seed of data, weights and order (42)
      --data DIR        folder of the MNIST files (mnist)
      --against DIR     run the peers' scripts in DIR, interleaved with ours
      --python PATH     Python interpreter for the scripts (python3)
      --json            print one JSON object a line
      --long            growth: 10,000,000 rows too
      --help            print this help
    """

  /// Parses the arguments after the program's name.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `usage`.
  init(_ words: [String]) throws(BenchmarkError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--json": writesJSON = true
      case "--list": lists = true
      case "--long": isLong = true
      case "--help", "-h": wantsHelp = true
      default: try readOther(word, &rest)
      }
    }
  }

  private mutating func readOther(_ word: String, _ rest: inout ArraySlice<String>) throws(BenchmarkError) {
    switch word {
    case "--runs": runCount = try Self.count(after: word, &rest)
    case "--threads": setting.threadCount = try Self.count(after: word, &rest)
    case "--seed": setting.seed = UInt64(try Self.count(after: word, &rest))
    case "--precision": setting.precision = try Self.precision(after: word, &rest)
    case "--data": setting.dataFolder = try Self.value(after: word, &rest)
    case "--against": peerFolder = try Self.value(after: word, &rest)
    case "--python": python = try Self.value(after: word, &rest)
    case "growth": caseNames.append(word)
    default:
      guard !word.hasPrefix("-"), !BenchmarkCases.named(word).isEmpty else { throw Self.unknown(word) }
      caseNames.append(word)
    }
  }

  private static func unknown(_ word: String) -> BenchmarkError {
    let near = NearestSpelling.of(word, among: BenchmarkCases.all.map(\.name) + ["growth", "start"])
    return BenchmarkError(.usage("there is no \(word)" + (near.map { "; did you mean \($0)?" } ?? "")))
  }

  private static func value(
    after flag: String, _ rest: inout ArraySlice<String>
  ) throws(BenchmarkError) -> String {
    guard let value = rest.popFirst() else { throw BenchmarkError(.usage("\(flag) needs a value")) }
    return value
  }

  private static func precision(
    after flag: String, _ rest: inout ArraySlice<String>
  ) throws(BenchmarkError) -> Precision {
    let text = try value(after: flag, &rest)
    guard let precision = Precision(rawValue: text) else {
      throw BenchmarkError(.usage("\(flag) is f32 or bf16, not \(text)"))
    }
    guard precision == .float32 || BFloat16Support.isAvailable else {
      throw BenchmarkError(.usage("\(flag) bf16: \(BFloat16Support.reasonAgainst ?? "")"))
    }
    return precision
  }

  private static func count(
    after flag: String, _ rest: inout ArraySlice<String>
  ) throws(BenchmarkError) -> Int {
    let text = try value(after: flag, &rest)
    guard let count = Int(text), count >= 1 else {
      throw BenchmarkError(.usage("\(flag) needs a whole number of at least 1, not \(text)"))
    }
    return count
  }
}
