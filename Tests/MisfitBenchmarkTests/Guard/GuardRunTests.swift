import Misfit
import Testing

@testable import MisfitBenchmark

@Suite struct GuardRunTests {
  private let shell = "/bin/sh"

  @Test("arguments are two programs, cases and options") func argumentsAreTwoProgramsCasesAndOptions() throws
  {
    let run = try GuardRun([
      shell, "/bin/cat", "start-version", "--pairs", "3", "--limit", "1.1", "--threads", "1",
    ])
    #expect(run.old == shell && run.new == "/bin/cat" && run.caseNames == ["start-version"])
    #expect(run.pairCount == 3 && run.limit == 1.1 && run.setting.threadCount == 1)
  }

  @Test(
    "wrong arguments are errors of usage",
    arguments: [
      [], ["/bin/sh"], ["/bin/sh", "/no/such/program"], ["/bin/sh", "/bin/sh", "no-case"],
      ["/bin/sh", "/bin/sh", "--pairs", "0"], ["/bin/sh", "/bin/sh", "--limit", "x"],
      ["/bin/sh", "/bin/sh", "--limit"], ["/bin/sh", "/bin/sh", "--no-such", "1"],
    ])
  func wrongArgumentsAreErrorsOfUsage(words: [String]) {
    #expect {
      try GuardRun(words)
    } throws: { error in
      if case .usage = (error as? BenchmarkError)?.kind { true } else { false }
    }
  }

  @Test("the ratio of a case is the median of its pairs") func theRatioOfACaseIsTheMedianOfItsPairs() {
    let figures = GuardRun.Figures(caseName: "x", ratios: [3, 1, 1.2])
    #expect(figures.ratio == 1.2)
  }

  @Test("a program that is no benchmark fails") func aProgramThatIsNoBenchmarkFails() throws {
    let run = try GuardRun(["/bin/cat", "/bin/cat", "random30-1", "--pairs", "1"])
    #expect(throws: BenchmarkError.self) { try run.run() }
  }
}
