import Testing

@testable import MisfitCommand

@Suite("Parsing")
struct ArgumentReaderTests {
  private func fit(_ arguments: String...) throws -> SampleFit {
    try Invocation<SampleFit>.read(arguments).verb
  }

  @Test("fields keep their defaults without flags")
  func defaults() throws {
    let verb = try fit("data.csv")
    #expect(verb.data == "data.csv")
    #expect(verb.epochs == 50)
    #expect(verb.hidden.isEmpty)
    #expect(verb.loss == nil)
  }

  @Test(
    "the value of a flag may follow it, be joined by =, or be attached to a letter",
    arguments: [
      ["--epochs", "7"], ["--epochs=7"], ["-e", "7"], ["-e7"], ["-e=7"], ["-re7"], ["-re", "7"],
    ])
  func spellings(_ flag: [String]) throws {
    #expect(try Invocation<SampleFit>.read(flag + ["data.csv"]).verb.epochs == 7)
    #expect(try Invocation<SampleFit>.read(["data.csv"] + flag).verb.epochs == 7)
  }

  @Test("a value may contain an equals sign")
  func equalsInValue() throws { #expect(try fit("d", "--label=a=b").input.label == "a=b") }

  @Test(
    "a negative number is a value and a positional, not a flag", arguments: ["-5", "-0.5", "-.5", "-1e3"])
  func negativeNumbers(_ text: String) throws {
    #expect(try fit("d", "--shift", text).shift == Double(text))
    #expect(try fit(text).data == text)
  }

  @Test("a single dash is a positional and a value")
  func dash() throws {
    #expect(try fit("-").data == "-")
    #expect(try fit("d", "-o", "-").output == "-")
  }

  @Test("flags end at two dashes")
  func endOfFlags() throws {
    #expect(try fit("--epochs", "3", "--", "--epochs").data == "--epochs")
    #expect(try fit("--", "--help").data == "--help")
  }

  @Test("a repeatable flag collects its values")
  func repeats() throws {
    let verb = try fit("d", "--hidden", "2", "--hidden", "2,2", "--ignore", "a,b", "--ignore=c")
    #expect(verb.hidden == [[2], [2, 2]])
    #expect(verb.input.ignored == ["a", "b", "c"])
  }

  @Test("a quoted name keeps its comma")
  func quotedNames() throws {
    #expect(try fit("d", "--ignore", "\"a, b\",c").input.ignored == ["a, b", "c"])
  }

  @Test("switches of one letter may be combined")
  func bundledSwitches() throws {
    let invocation = try Invocation<SampleFit>.read(["-qr", "d"])
    #expect(invocation.common.isQuiet)
    #expect(invocation.verb.resumes)
  }

  @Test("validation is a share, a percentage or a file")
  func shareOrFile() throws {
    #expect(try fit("d", "--validation", "0.25").validation == .share(0.25))
    #expect(try fit("d", "--validation", "20%").validation == .share(0.2))
    #expect(try fit("d", "--validation", "0").validation == .share(0))
    #expect(try fit("d", "--validation", "test.csv").validation == .file("test.csv"))
    #expect(try fit("d", "--validation", "./1.5").validation == .file("./1.5"))
  }

  @Test("a choice is one of the raw values")
  func choice() throws { #expect(try fit("d", "--loss", "bce").loss == .bce) }

  @Test("the last positional is assigned before the one with several values")
  func severalPositionals() throws {
    let verb = try Invocation<SampleCompare>.read(["a", "b", "test.csv", "-o", "out"]).verb
    #expect(verb.models == ["a", "b"])
    #expect(verb.data == "test.csv")
    let alone = try Invocation<SampleCompare>.read(["test.csv", "-o", "out"]).verb
    #expect(alone.models.isEmpty)
    #expect(alone.data == "test.csv")
  }

  @Test(
    "sizes are read in binary units",
    arguments: [
      ("4096", 4096), ("256M", 256 << 20), ("1.5G", 3 << 29), ("64KiB", 64 << 10), ("2gb", 2 << 30), ("0", 0),
      ("1T", 1 << 40), ("12B", 12),
    ])
  func byteCounts(_ text: String, _ bytes: Int) { #expect(ByteCountText.read(text) == bytes) }

  @Test(
    "invalid sizes are rejected",
    arguments: [
      "", "M", "-1M", "1.5", "12Q", "1e9", "inf", "nan", "0x10", "9999999T", "1.2.3M", "12iB", " 1M",
    ])
  func wrongByteCounts(_ text: String) { #expect(ByteCountText.read(text) == nil) }

  @Test("sizes are written in the largest unit that divides them")
  func writtenByteCounts() {
    #expect(ByteCountText.write(256 << 20) == "256M")
    #expect(ByteCountText.write(3 << 29) == "1536M")
    #expect(ByteCountText.write(1000) == "1000")
    #expect(ByteCountText.write(0) == "0")
  }
}
