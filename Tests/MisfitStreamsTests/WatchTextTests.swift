import Testing

@testable import MisfitStreams

@Suite struct WatchTextTests {
  @Test(arguments: [
    ("100", QuietTime.rows(100)), ("5rows", .rows(5)), ("30s", .seconds(30)), ("30m", .seconds(1800)),
    ("12h", .seconds(43_200)), ("1.5d", .seconds(129_600)),
  ])
  func quietTimesAreRead(text: String, time: QuietTime) { #expect(QuietTime(text) == time) }

  @Test(arguments: ["", "m", "-3", "3x", "nan s"]) func otherQuietTimesAreRefused(text: String) {
    #expect(QuietTime(text) == nil)
  }

  @Test(arguments: [
    ("cpu < 5", ColumnCondition.Comparison.below, 5.0), ("cpu<=5", .atMost, 5), ("cpu >= 5", .atLeast, 5),
    ("cpu = 5", .equals, 5), ("cpu == 5", .equals, 5), ("cpu != -5e1", .differs, -50),
  ])
  func conditionsAreRead(text: String, comparison: ColumnCondition.Comparison, number: Double) {
    #expect(ColumnCondition(text) == ColumnCondition(column: "cpu", comparison, number))
  }

  @Test(arguments: ["cpu", "< 5", "cpu < x"]) func otherConditionsAreRefused(text: String) {
    #expect(ColumnCondition(text) == nil)
  }

  @Test func numbersAreThoseOfTheStandardLibrary() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let value = Double.random(in: -1e6...1e6, using: &generator)
      let texts = [value.description, "\(Int(value)).5", "\(Float(value))", "+7", "1e3", "-0.000123"]
      for text in texts {
        let bytes = Array(text.utf8)
        #expect(FastNumber.read(bytes.span, decimal: UInt8(ascii: ".")) == Double(text), "\(text)")
      }
    }
    for text in ["", "-", ".", "abc", "0x10", "1 2", "infinity", "nan", "1,5"] {
      let bytes = Array(text.utf8)
      #expect(FastNumber.read(bytes.span, decimal: UInt8(ascii: ".")) == nil, "\(text)")
    }
    let comma = Array("1,5".utf8)
    #expect(FastNumber.read(comma.span, decimal: UInt8(ascii: ",")) == 1.5)
  }

  @Test(arguments: [1, 2, 3, 7, 1000]) func recordsAreCutTheSameAtEveryChunk(size: Int) throws {
    let text = "a,\"b\nc\"\n1,2\r\n\"x\"\"y\",3\npartial"
    var cutter = RecordCutter(quotesLines: true)
    let bytes = Array(text.utf8)
    var complete: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      complete += cutter.cut(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    #expect(String(decoding: complete, as: UTF8.self) == "a,\"b\nc\"\n1,2\r\n\"x\"\"y\",3\n")
    #expect(String(decoding: cutter.rest, as: UTF8.self) == "partial")
    #expect(String(decoding: cutter.finish(), as: UTF8.self) == "partial\n")
  }

  @Test func theSumOfThreeIsExactInAnyOrder() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let terms = (0..<3).map { _ in
        Double.random(in: -1...1, using: &generator) * (Bool.random(using: &generator) ? 1e16 : 1e-3)
      }
      let sum = ExactSum.of(terms[0], terms[1], terms[2])
      #expect(sum == ExactSum.of(terms[2], terms[0], terms[1]))
      #expect(sum == ExactSum.of(terms[...]))
    }
  }
}
