import MisfitIngest
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
        let line = bytes + [UInt8(ascii: ",")]
        #expect(CellNumber.read(line.span, bytes.indices) == Double(text), "\(text)")
        #expect(CellNumber.read(bytes.span, bytes.indices) == Double(text), "\(text)")
      }
    }
    for text in ["", "-", ".", "abc", "0x10", "1 2", "infinity", "nan", "1,5"] {
      let bytes = Array(text.utf8)
      #expect(CellNumber.read(bytes.span, bytes.indices) == nil, "\(text)")
    }
    let comma = Array("1,5".utf8)
    var notation = NumberNotation()
    notation.hasDecimalComma = true
    #expect(CellNumber.read(comma.span, comma.indices, notation) == 1.5)
  }

  @Test(arguments: [1, 2, 3, 7, 1000]) func recordsAreCutTheSameAtEveryChunk(size: Int) throws {
    let text = "a,\"b\nc\"\n1,2\r\n\"x\"\"y\",3\npartial"
    var cutter = RecordCutter(quoting: .cells(delimiter: UInt8(ascii: ",")))
    let bytes = Array(text.utf8)
    var complete: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      complete += cutter.cut(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    #expect(String(decoding: complete, as: UTF8.self) == "a,\"b\nc\"\n1,2\r\n\"x\"\"y\",3\n")
    #expect(String(decoding: cutter.rest, as: UTF8.self) == "partial")
    #expect(String(decoding: cutter.finish(), as: UTF8.self) == "partial\n")
  }

  @Test func onlyAQuoteAtTheBeginningOfACellHidesLineBreaks() {
    var cutter = RecordCutter(quoting: nil)
    #expect(cutter.cut(Array("time,a,msg\n".utf8)).isEmpty)
    let first = Array("time,a,msg\n1,1,5\" pipe\n".utf8)
    #expect(cutter.cut(Array("1,1,5\" pipe\n".utf8)) == first)
    #expect(cutter.cut(Array("2,2, \"x\ny\"\"\n".utf8)).isEmpty)
    #expect(cutter.cut(Array("\"\n".utf8)) == Array("2,2, \"x\ny\"\"\n\"\n".utf8))
  }

  @Test func theFirstByteDecidesThatLinesAreObjects() {
    var cutter = RecordCutter(quoting: nil)
    let line = Array("  {\"a\":0,\"msg\":\"5\\\" pipe\"}\n".utf8)
    #expect(cutter.cut(line) == line)
  }

  @Test(arguments: [
    ("\u{1f}\u{8b}\u{8}", "compressed (gzip)", "gzip -dc"),
    ("a\0,\0b\0\n\0", "text in UTF-16", "iconv -f utf-16 -t utf-8"),
    (" [\n {}]", "a JSON array", "jq -c '.[]'"), ("a\0\0\0", "binary", nil),
  ])
  func otherFormatsAreNamed(text: String, name: String, command: String?) {
    let bytes = text.unicodeScalars.map { UInt8($0.value) }
    let format = StreamFormat(bytes)
    #expect(format?.name == name && format?.command == command)
    #expect(StreamFormat(Array("[x],1\n".utf8)) == nil)
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
