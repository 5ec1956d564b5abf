import Misfit

/// A run of the requested cases.
struct BenchmarkRun {
  private let arguments: BenchmarkArguments
  private let program = Program.own
  private let folder: WorkFolder
  private var report: Report

  /// Creates a run with a work folder.
  ///
  /// - Throws: ``FileError`` if the work folder cannot be created.
  init(_ arguments: BenchmarkArguments) throws(FileError) {
    self.arguments = arguments
    folder = try WorkFolder()
    report = Report(writesJSON: arguments.writesJSON)
  }

  /// Runs the cases and returns whether each that could run gave a correct answer.
  mutating func run() throws -> Bool {
    let names = arguments.caseNames
    if names.contains("growth") { try grow() }
    let cases = names.isEmpty ? BenchmarkCases.all : names.flatMap(BenchmarkCases.named)  // growth is none
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
      return try measure(item, setting)
    } catch {
      Report.note("\(error)")
      return false
    }
  }

  /// Measures a case and returns whether its peers ran, if requested; our own figures are reported in any
  /// case.
  private mutating func measure(_ item: any BenchmarkCase, _ setting: CaseSetting) throws -> Bool {
    let runner = arguments.peerFolder.map { PeerRunner(folder: $0, python: arguments.python) }
    var runs = CaseRuns(item: item, setting: setting, program: program, runCount: arguments.runCount)
    let peersRan = try runs.run(against: runner)
    report.add(CaseFigures(runs.measurements), runs.pairs)
    return peersRan
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
