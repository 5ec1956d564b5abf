import Misfit

/// Runs what was asked for, case by case.
struct BenchmarkRun {
  private let arguments: BenchmarkArguments
  private let program = Program.own
  private let folder: WorkFolder
  private var report: Report

  /// - Throws: ``FileError`` where the work folder cannot be made.
  init(_ arguments: BenchmarkArguments) throws(FileError) {
    self.arguments = arguments
    folder = try WorkFolder()
    report = Report(writesJSON: arguments.writesJSON)
  }

  /// Whether every case that could run gave a right answer.
  mutating func run() throws -> Bool {
    let names = arguments.caseNames
    if names.contains("growth") { try grow() }
    let cases = names.isEmpty ? BenchmarkCases.all : names.flatMap(BenchmarkCases.named)  // none is called growth
    var isRight = true
    for item in cases { isRight = run(item) && isRight }
    report.finish()
    return isRight
  }

  private mutating func run(_ item: any BenchmarkCase) -> Bool {
    var setting = arguments.setting
    setting.workFolder = folder.path
    setting.program = program
    setting.commandPath = program.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/misfit"
    if let obstacle = item.obstacle(setting) {
      Report.note("\(item.name): skipped: \(obstacle)")
      return true
    }
    Report.note("\(item.name): \(item.summary)")
    do {
      try measure(item, setting)
      return true
    } catch {
      Report.note("\(item.name): \(error)")
      return false
    }
  }

  private mutating func measure(_ item: any BenchmarkCase, _ setting: CaseSetting) throws {
    let runner = arguments.peerFolder.map { PeerRunner(folder: $0, python: arguments.python) }
    let peers = runner == nil ? [] : item.peers
    if let runner { for peer in peers { try runner.prepare(peer, setting) } }
    _ = try HiddenCommand.prepare(item.name, setting).run(program, name: item.name)
    var measurements: [Measurement] = []
    var pairs: [PeerPairs] = []
    func measureOnce() throws -> Double {
      let run = try HiddenCommand.measure(item.name, setting).measurement(program, name: item.name)
      measurements.append(run)
      return Statistics.median(run.seconds)
    }
    if peers.isEmpty { for _ in 0..<arguments.runCount { _ = try measureOnce() } }
    for peer in peers {
      var taken = PeerPairs(caseName: item.name, peer: peer.name)
      for _ in 0..<arguments.runCount {
        let ours = try measureOnce()
        if let theirs = try runner?.seconds(of: peer, caseName: item.name, setting) {
          taken.append(ours: ours, peer: theirs)
        }
      }
      pairs.append(taken)
    }
    report.add(CaseFigures(measurements), pairs)
  }

  private func grow() throws {
    for curve in GrowthCurve.all(isLong: arguments.isLong) {
      let measurements = try curve.points.map { point in
        try HiddenCommand.grow(point).measurement(program, name: "growth")
      }
      report.add(GrowthFigures(curve: curve, measurements: measurements))
    }
  }
}
