import Misfit

/// What was typed.
///
/// A small reader of its own: the command's is part of its executable, and has more to say than a tool for
/// those who work on Misfit needs.
struct BenchmarkArguments: Hashable {
  var caseNames: [String] = []
  var setting = CaseSetting()
  /// Runs of each case; pairs with each peer.
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
           misfit-benchmark adbench DIR [--protocol one-class|transductive] [--model NAME] [--seeds N] [--only TEXT]
                                [--planted SHARE] [--contaminated SHARE|auto] [--trim SHARE] [--json]
           misfit-benchmark alarms [--data table|images] [--model NAME] [--rows N] [--runs N]; alarms --help says more

    Times each case in processes of its own, and checks its answer before a time is told. Exit status 1: a wrong answer.
    adbench tells how well a model finds the anomalies of the NPZ tables in DIR: AUROC and average precision of each, then their means.
    --planted 0.05 makes anomalies 5 % of the one-class training rows, and leaves them out of what is scored.

      --list            the cases, and what they measure
      --runs N          runs of each case, and pairs with each peer (3)
      --threads N       threads that compute (all processors)
      --precision NAME  f32, or bf16 in training and scoring (f32)
      --seed N          decides data, weights and order (42)
      --data DIR        where the MNIST files are (../shared/data/mnist)
      --against DIR     runs the peers' scripts in DIR in turn with ours
      --python PATH     the Python that has what they import (python3)
      --json            one JSON object a line
      --long            growth: 10,000,000 rows too
      --help            this text
    """

  /// Reads the words behind the program's name.
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
