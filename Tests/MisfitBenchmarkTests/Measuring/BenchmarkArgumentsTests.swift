import Testing

@testable import MisfitBenchmark

@Suite("Arguments of the benchmark")
struct BenchmarkArgumentsTests {
  @Test("Cases and options may be mixed")
  func mixed() throws {
    let arguments = try BenchmarkArguments([
      "mnist-32", "--runs", "5", "--json", "start", "--against", "peers", "--python", "py", "--threads", "1",
    ])
    #expect(arguments.caseNames == ["mnist-32", "start"])
    #expect(arguments.runCount == 5 && arguments.writesJSON && arguments.setting.threadCount == 1)
    #expect(arguments.peerFolder == "peers" && arguments.python == "py")
  }

  @Test(
    "Invalid arguments are refused",
    arguments: [["nosuch"], ["--runs"], ["--runs", "0"], ["--threads", "two"], ["--nosuch"]])
  func refused(_ words: [String]) { #expect(throws: BenchmarkError.self) { try BenchmarkArguments(words) } }

  @Test("Names are unique, and `start` selects two cases")
  func names() {
    let names = BenchmarkCases.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(BenchmarkCases.named("start").count == 2)
    for name in names { #expect(BenchmarkCases.named(name).count == 1) }
  }

  @Test("A command survives the round trip to a separate process", .timeLimit(.minutes(1)))
  func hiddenCommand() throws {
    let answer = try HiddenCommand.answer(
      #"{"grow":{"_0":{"rowCount":200,"featureCount":4,"threadCount":1}}}"#)
    #expect(answer.contains("\"sampleCount\":200"))
  }
}
