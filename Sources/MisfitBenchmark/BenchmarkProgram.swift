import Misfit

/// The main program.
enum BenchmarkProgram {
  /// A run with arguments of its own; false means that it found what it is to warn of.
  private typealias Subcommand = (help: String, run: @Sendable (_ arguments: [String]) throws -> Bool)

  /// The subcommands by name; the first word is otherwise a case or a flag.
  private static let subcommands: [String: Subcommand] = [
    "adbench": (BenchmarkArguments.help, { try done(QualityRun(arguments: QualityArguments($0)).run()) }),
    "alarms": (AlarmRun.help, { try done(AlarmRun($0).run()) }),
    "check": (BenchmarkArguments.help, { try done(CheckRun(arguments: QualityArguments($0)).run()) }),
    "feedback": (FeedbackRun.help, { try done(FeedbackRun($0).run()) }),
    "guard": (GuardRun.help, { try GuardRun($0).run() }),
    "kernels": (KernelRun.help, { try done(KernelRun($0).run()) }),
    "nab": (NABRun.help, { try done(NABRun($0).run()) }),
    "segments": (SegmentRun.help, { try done(SegmentRun($0).run()) }),
    "series": (SeriesRun.help, { try done(SeriesRun($0).run()) }),
  ]

  private static func done(_ result: Void) -> Bool { true }

  /// Runs the program and returns the exit status: 0 for success, 1 if a case failed, 2 if the command line
  /// is invalid.
  static func run(_ words: [String]) -> Int32 {
    do {
      if words.first == HiddenCommand.flag, words.count == 2 {
        Report.note(try HiddenCommand.answer(words[1]))
        return 0
      }
      guard let name = words.first, let subcommand = subcommands[name] else {
        return try run(BenchmarkArguments(words))
      }
      guard !words.contains("--help") else {
        print(subcommand.help)
        return 0
      }
      return try subcommand.run(Array(words.dropFirst())) ? 0 : 1
    } catch let error as BenchmarkError {
      Report.note(error.description)
      if case .usage = error.kind { return 2 }
      return 1
    } catch {
      Report.note("\(error)")
      return 1
    }
  }

  private static func run(_ arguments: BenchmarkArguments) throws -> Int32 {
    if arguments.wantsHelp {
      print(BenchmarkArguments.help)
      return 0
    }
    if arguments.lists {
      for line in BenchmarkCases.all.map({ [$0.name, $0.summary] }) { print(line.joined(separator: ": ")) }
      return 0
    }
    var run = try BenchmarkRun(arguments)
    return try run.run() ? 0 : 1
  }
}
