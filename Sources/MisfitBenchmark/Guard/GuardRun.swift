import Misfit

/// A comparison of two builds of this program: each case runs with one and the other in turn.
///
/// Machines drift by more than most changes, so that only neighboring runs are compared: the figure of a case
/// is the median of the ratios of its pairs.
struct GuardRun {
  var old: String
  var new: String
  var caseNames: [String] = []
  var pairCount = 5
  /// The ratio of times, new by old, from which a case is slower.
  var limit = 1.05
  var setting = CaseSetting()

  static let help = """
    usage: misfit-benchmark guard OLD NEW [CASE ...] [--pairs N] [--limit RATIO] [--threads N] [--data DIR]

    OLD and NEW are misfit-benchmark programs of two builds, each beside its misfit. Runs each case with both
    in turn, and prints the ratio of their times, the median of 5 pairs. Exit status 1 means that a case is
    slower by more than 5 %, or gives a wrong answer.
    """

  /// The ratios of the times of a case, new by old.
  struct Figures: Hashable {
    var caseName: String
    var ratios: [Double]
    /// Whether both builds have the same losses, to the last bit; nil for cases without losses.
    var haveSameBits: Bool?

    /// The median of the ratios.
    var ratio: Double { Statistics.median(ratios) }
  }

  /// Parses the arguments after `guard`.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `usage`.
  init(_ words: [String]) throws(BenchmarkError) {
    var paths: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-") else {
        if paths.count < 2 { paths.append(word) } else { caseNames.append(word) }
        continue
      }
      guard let value = rest.popFirst() else { throw BenchmarkError(.usage("\(word) needs a value")) }
      let wrong = BenchmarkError(.usage("\(word) cannot be \(value)"))
      switch word {
      case "--pairs":
        guard let count = Int(value), count >= 1 else { throw wrong }
        pairCount = count
      case "--threads":
        guard let count = Int(value), count >= 1 else { throw wrong }
        setting.threadCount = count
      case "--limit":
        guard let ratio = Double(value), ratio > 0, ratio.isFinite else { throw wrong }
        limit = ratio
      case "--data": setting.dataFolder = value
      default: throw BenchmarkError(.usage("unknown flag \(word)"))
      }
    }
    guard paths.count == 2 else { throw BenchmarkError(.usage("guard needs two programs, OLD and NEW")) }
    (old, new) = (paths[0], paths[1])
    for path in paths where FileSystem.resolved(path) == nil {
      throw BenchmarkError(.usage("there is no program \(path)"))
    }
    for name in caseNames where BenchmarkCases.named(name).isEmpty {
      throw BenchmarkError(.usage("there is no case \(name)"))
    }
  }

  /// Runs all cases with a line for each; returns whether none is slower.
  ///
  /// - Throws: ``BenchmarkError`` if a program fails, ``FileError``.
  func run() throws -> Bool {
    let folder = try WorkFolder()
    let cases = caseNames.isEmpty ? BenchmarkCases.all : caseNames.flatMap(BenchmarkCases.named)
    var slower: [String] = []
    for item in cases {
      var setting = setting
      setting.workFolder = folder.path
      if let obstacle = item.obstacle(self.setting(setting, of: new)) {
        Report.note("\(item.name): skipped: \(obstacle)")
        continue
      }
      let figures = try figures(of: item.name, setting)
      print(line(of: figures))
      if figures.ratio > limit { slower.append(item.name) }
    }
    guard !slower.isEmpty else { return true }
    print("slower by more than \(percent(limit)): \(slower.joined(separator: ", "))")
    return false
  }

  /// Measures a case.
  ///
  /// The order within a pair changes from pair to pair.
  private func figures(of name: String, _ setting: CaseSetting) throws -> Figures {
    _ = try HiddenCommand.prepare(name, self.setting(setting, of: new)).run(new, name: name)
    var figures = Figures(caseName: name, ratios: [])
    for pair in 0..<pairCount {
      var measurements: [String: Measurement] = [:]
      for program in pair.isMultiple(of: 2) ? [old, new] : [new, old] {
        measurements[program] = try HiddenCommand.measure(name, self.setting(setting, of: program))
          .measurement(program, name: name)
      }
      guard let one = measurements[old], let other = measurements[new] else { continue }
      figures.ratios.append(Statistics.median(other.seconds) / Statistics.median(one.seconds))
      guard let loss = one.validationLoss ?? one.trainLoss else { continue }
      figures.haveSameBits = loss == other.validationLoss ?? other.trainLoss
    }
    return figures
  }

  /// Returns the setting of one program, whose cases may start it or the command beside it.
  private func setting(_ setting: CaseSetting, of program: String) -> CaseSetting {
    var setting = setting
    let path = FileSystem.resolved(program) ?? program
    setting.program = path
    setting.commandPath = path.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/misfit"
    return setting
  }

  private func line(of figures: Figures) -> String {
    let ratios = figures.ratios.sorted()
    func text(_ ratio: Double) -> String { NumberText.fixed(ratio, decimals: 3) }
    let name = figures.caseName + String(repeating: " ", count: max(0, 16 - figures.caseName.count))
    let bits = figures.haveSameBits.map { $0 ? ", same bits" : ", other bits" } ?? ""
    return "\(name) \(text(figures.ratio)) (\(text(ratios.first ?? 0)) to \(text(ratios.last ?? 0)))\(bits)"
  }

  private func percent(_ ratio: Double) -> String {
    NumberText.fixed((ratio - 1) * 100, decimals: 1) + " %"
  }
}
