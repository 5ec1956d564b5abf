import MisfitCore
import MisfitReports
import Testing

@Suite("CSV")
struct CSVTextTests {
  @Test(
    "a field is quoted only if necessary",
    arguments: [
      ("plain", "plain"), ("", ""), (" spaces ", " spaces "), ("a;b", "a;b"), ("a,b", "\"a,b\""),
      ("say \"hi\"", "\"say \"\"hi\"\"\""), ("two\nlines", "\"two\nlines\""), ("\r", "\"\r\""),
      ("a\r\nb", "\"a\r\nb\""), ("=1+1", "=1+1"), ("ü,文", "\"ü,文\""), ("\"", "\"\"\"\""),
    ])
  func fields(text: String, written: String) {
    #expect(CSVText().field(text) == written)
  }

  @Test("a row has the chosen delimiter and line ending")
  func rows() {
    #expect(CSVText().row(["id", "error", "a,b"]) == Array("id,error,\"a,b\"\n".utf8))
    let other = CSVText(delimiter: ";", lineEnding: .carriageReturnLineFeed)
    #expect(other.row(["a;b", "c,d", ""]) == Array("\"a;b\";c,d;\r\n".utf8))
    var bytes = Array("x\n".utf8)
    CSVText().append(["", ""], to: &bytes)
    #expect(bytes == Array("x\n,\n".utf8))
  }

  @Test("an empty field alone in its row is quoted, so that no reader skips the row")
  func emptyRow() {
    var bytes = Array("x\n".utf8)
    CSVText().append([""], to: &bytes)
    #expect(bytes == Array("x\n\"\"\n".utf8))
    #expect(CSVText().row([]) == Array("\n".utf8))
  }

  @Test("numbers are written in digits that read back as the same numbers")
  func numbers() {
    #expect(CSVText.number(0.1) == "0.1" && CSVText.number(Float(0.1)) == "0.1" && CSVText.number(12) == "12")
    #expect(CSVText.number(Double.nan) == "nan" && CSVText.number(-Float.nan) == "nan")
    #expect(CSVText.number(-Double.infinity) == "-inf")
    #expect(
      CSVText.number(Double?.none) == "" && CSVText.number(Float?.none) == ""
        && CSVText.number(Int?.none) == "")
  }

  @Test("a reader returns what was written", arguments: [",", ";", "\t", "|"] as [Unicode.Scalar])
  func roundTrip(delimiter: Unicode.Scalar) {
    var generator = SeededGenerator(seed: 11)
    let pieces = ["a", "\"", ",", ";", "\t", "|", "\n", "\r\n", "\r", " ", "文", ""]
    let rows = (0..<300).map { _ in
      (0...Int(generator.next() % 4)).map { _ in
        (0..<Int(generator.next() % 5)).map { _ in pieces[Int(generator.next() % 12)] }.joined()
      }
    }
    for ending in [CSVText.LineEnding.lineFeed, .carriageReturnLineFeed] {
      let csv = CSVText(delimiter: delimiter, lineEnding: ending)
      var bytes: [UInt8] = []
      for row in rows { csv.append(row, to: &bytes) }
      #expect(Self.parsed(bytes, delimiter: delimiter) == rows)
    }
  }

  /// A plain reader of RFC 4180.
  private static func parsed(_ bytes: [UInt8], delimiter: Unicode.Scalar) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch (isQuoted, Unicode.Scalar(byte)) {
      case (true, "\"") where next == UInt8(ascii: "\""):
        field.append(byte)
        index += 1
      case (_, "\""): isQuoted.toggle()
      case (true, _): field.append(byte)
      case (false, delimiter):
        row.append(String(decoding: field, as: UTF8.self))
        field = []
      case (false, "\r") where next == UInt8(ascii: "\n"): break
      case (false, "\n"):
        rows.append(row + [String(decoding: field, as: UTF8.self)])
        (row, field) = ([], [])
      default: field.append(byte)
      }
      index += 1
    }
    return rows
  }

  @Test(
    "A formula is prefixed by an apostrophe if `escapesFormulas`, and a number is not",
    arguments: [
      ("=1+2", "'=1+2"), ("@SUM(A1)", "'@SUM(A1)"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
      ("-a", "'-a"),
      ("-1.5", "-1.5"), ("+3e5", "+3e5"), ("-1+2", "'-1+2"), ("a=1", "a=1"), ("\t=1", "'\t=1"), ("", ""),
      ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""), (" =1", "' =1"), ("＝1", "'＝1"), ("-", "'-"),
    ])
  func formulas(text: String, written: String) {
    var csv = CSVText()
    #expect(csv.field("=1") == "=1")
    csv.escapesFormulas = true
    #expect(csv.field(text) == written)
  }
}
