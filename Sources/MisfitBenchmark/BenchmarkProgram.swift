import Misfit

/// The main program.
enum BenchmarkProgram {
  /// Runs the program and returns the exit status: 0 for success, 1 if a case failed, 2 if the command line
  /// is invalid.
  static func run(_ words: [String]) -> Int32 {
    do {
      if words.first == HiddenCommand.flag, words.count == 2 {
        Report.note(try HiddenCommand.answer(words[1]))
        return 0
      }
      if words.first == "adbench", !words.contains("--help") {
        try QualityRun(arguments: QualityArguments(Array(words.dropFirst()))).run()
        return 0
      }
      if words.first == "kernels" {
        if words.contains("--help") {
          print(KernelRun.help)
        } else {
          try KernelRun(Array(words.dropFirst())).run()
        }
        return 0
      }
      if words.first == "guard" {
        guard !words.contains("--help") else {
          print(GuardRun.help)
          return 0
        }
        return try GuardRun(Array(words.dropFirst())).run() ? 0 : 1
      }
      if words.first == "check", !words.contains("--help") {
        try CheckRun(arguments: QualityArguments(Array(words.dropFirst()))).run()
        return 0
      }
      if words.first == "alarms" {
        if words.contains("--help") {
          print(AlarmRun.help)
        } else {
          try AlarmRun(Array(words.dropFirst())).run()
        }
        return 0
      }
      if words.first == "feedback" {
        if words.contains("--help") {
          print(FeedbackRun.help)
        } else {
          try FeedbackRun(Array(words.dropFirst())).run()
        }
        return 0
      }
      if words.first == "segments" {
        if words.contains("--help") {
          print(SegmentRun.help)
        } else {
          try SegmentRun(Array(words.dropFirst())).run()
        }
        return 0
      }
      if words.first == "nab" {
        if words.contains("--help") {
          print(NABRun.help)
        } else {
          try NABRun(Array(words.dropFirst())).run()
        }
        return 0
      }
      if words.first == "series" {
        if words.contains("--help") {
          print(SeriesRun.help)
        } else {
          try SeriesRun(Array(words.dropFirst())).run()
        }
        return 0
      }
      return try run(BenchmarkArguments(["adbench", "check"].contains(words.first) ? ["--help"] : words))
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
