import Misfit

/// A measurement of feedback on ADBench tables: how much of a planted kind a few marked rows hide, and how
/// many other anomalies.
struct FeedbackRun {
  private var folder = ""
  private var model = ModelChoice.automatic
  private var markCount = 5
  private var seedCount = 3
  private var only: String?
  private var threadCount = WorkerPool.availableProcessorCount

  static let help = """
    usage: misfit-benchmark feedback DIR [--model NAME] [--marks N] [--seeds N] [--only TEXT] [--threads N]

    Fits on half of the normal rows of each NPZ table in DIR, plants 150 rows of a kind in the other half,
    and marks N flagged ones as normal. Prints the share of the other flagged planted rows that are no longer
    flagged, the same for the table's own anomalies and for other planted kinds, and the share of normal
    rows that are flagged before and after.
    """

  /// The maximum number of normal rows and of anomalies of a table.
  private static let rowLimits = (normal: 4_000, anomalous: 500)
  private static let plantedCount = 150

  /// Parses the arguments after `feedback`.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `usage`.
  init(_ words: [String]) throws(BenchmarkError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        folder = word
        continue
      }
      guard let value = rest.popFirst() else { throw BenchmarkError(.usage("\(word) needs a value")) }
      let wrong = BenchmarkError(.usage("\(word) cannot be \(value)"))
      func count() throws(BenchmarkError) -> Int {
        guard let number = Int(value), number >= 1 else { throw wrong }
        return number
      }
      switch word {
      case "--model":
        guard let choice = ModelChoice(rawValue: value) else { throw wrong }
        model = choice
      case "--marks": markCount = try count()
      case "--seeds": seedCount = try count()
      case "--threads": threadCount = try count()
      case "--only": only = value
      default: throw BenchmarkError(.usage("unknown flag \(word)"))
      }
    }
    guard !folder.isEmpty else { throw BenchmarkError(.usage("feedback needs the folder of the tables")) }
  }

  /// The shares of flagged rows that are hidden; nil if fewer than ten rows were flagged.
  private struct Shares {
    var planted: Double?
    var anomalies: Double?
    var otherKinds: Double?
    var falseAlarmsBefore = 0.0
    var falseAlarmsAfter = 0.0
  }

  /// Runs table by table, and prints a line for each kind and the means.
  ///
  /// - Throws: ``BenchmarkError``, and any error of fitting or reading.
  func run() throws {
    let names = try FileSystem.names(in: folder).filter { $0.hasSuffix(".npz") }.sorted()
    var all: [PlantedKind: [Shares]] = [:]
    for name in names where only.map({ name.contains($0) }) ?? true {
      let table = try QualityTable(readingFrom: "\(folder)/\(name)")
      for seed in 0..<seedCount {
        for (kind, shares) in try shares(of: table, seed: UInt64(seed)) {
          all[kind, default: []].append(shares)
          print(line("\(name) \(kind.rawValue) \(seed)", [shares]))
        }
      }
    }
    for kind in PlantedKind.allCases { print(line("all \(kind.rawValue)", all[kind] ?? [])) }
    print(line("all", PlantedKind.allCases.flatMap { all[$0] ?? [] }))
  }

  private func line(_ name: String, _ shares: [Shares]) -> String {
    func mean(_ values: [Double?]) -> String {
      let known = values.compactMap(\.self)
      guard !known.isEmpty else { return "-" }
      return NumberText.fixed(known.reduce(0, +) / Double(known.count) * 100, decimals: 1)
    }
    return """
      \(name): hidden \(mean(shares.map(\.planted))) % of the kind, \(mean(shares.map(\.anomalies))) % of \
      the anomalies, \(mean(shares.map(\.otherKinds))) % of other kinds; false alarms \
      \(mean(shares.map(\.falseAlarmsBefore))) to \(mean(shares.map(\.falseAlarmsAfter))) %
      """
  }

  private func shares(of table: QualityTable, seed: UInt64) throws -> [(PlantedKind, Shares)] {
    var generator = SeededGenerator(seed: seed, stream: 0xFEED)
    func rows(anomalous: Bool, atMost limit: Int) -> [[Double]] {
      var indices = table.rows.indices.filter { table.isAnomaly[$0] == anomalous }
      Permutation.shuffle(&indices, using: &generator)
      return indices.prefix(limit).map { table.rows[$0] }
    }
    let normal = rows(anomalous: false, atMost: Self.rowLimits.normal)
    let anomalies = rows(anomalous: true, atMost: Self.rowLimits.anomalous)
    let training = Array(normal.prefix(normal.count / 2))
    let fresh = Array(normal.dropFirst(normal.count / 2))
    let kinds = PlantedKind.allCases.map {
      $0.planted(Self.plantedCount, in: fresh, training: training, using: &generator)
    }
    var options = FitOptions()
    options.model = model
    options.seed = seed
    options.run.threadCount = threadCount
    let detector = try Detector.fit(MemorySource(rows: training), options: options)
    let source = try MemorySource(rows: fresh + anomalies + kinds.flatMap(\.self))
    let before = try flags(of: detector, source)
    return try PlantedKind.allCases.enumerated().map { index, kind in
      let start = fresh.count + anomalies.count + index * Self.plantedCount
      let own = start..<start + Self.plantedCount
      let flagged = own.filter { before[$0] }
      let marks = Array(flagged.prefix(markCount))
      guard flagged.count >= 20 else { return (kind, Shares()) }
      let ids = Dictionary(uniqueKeysWithValues: marks.map { (String($0 + 1), Feedback.Verdict.normal) })
      let after = try flags(of: detector.marking(ids, in: source), source)
      func hidden(_ rows: some Sequence<Int>) -> Double? {
        let known = rows.filter { before[$0] }
        return known.count < 10 ? nil : Double(known.count { !after[$0] }) / Double(known.count)
      }
      var shares = Shares()
      shares.planted = hidden(flagged.dropFirst(markCount))
      shares.anomalies = hidden(fresh.count..<fresh.count + anomalies.count)
      shares.otherKinds = hidden((fresh.count + anomalies.count..<before.count).filter { !own.contains($0) })
      shares.falseAlarmsBefore = Double(fresh.indices.count { before[$0] }) / Double(fresh.count)
      shares.falseAlarmsAfter = Double(fresh.indices.count { after[$0] }) / Double(fresh.count)
      return (kind, shares)
    }
  }

  private func flags(of detector: Detector, _ source: MemorySource) throws -> [Bool] {
    var scoring = try detector.score(source)
    scoring.threadCount = threadCount
    return try scoring.scores().map { detector.calibration.threshold.flags($0) ?? false }
  }
}
