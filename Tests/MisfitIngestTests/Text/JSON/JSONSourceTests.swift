import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Tables in JSON")
struct JSONSourceTests {
  /// The rows of a text, which must be the same wherever its bytes are cut.
  private func rows(_ text: String, streamed: Bool = false) throws -> [[Double]] {
    let bytes = Array(text.utf8)
    let whole = try contents(of: CSVSource(MemoryInput(name: "x", bytes: bytes), options: SourceOptions()))
    for piece in [1, 2, 3, 7] {
      let input = MemoryInput(name: "x", bytes: bytes, pieceByteCount: piece)
      #expect(try contents(of: CSVSource(input, options: SourceOptions())) == whole)
    }
    return whole.rows
  }

  @Test(
    "lines, arrays and an array in an object are the same records",
    arguments: [
      "{\"a\": 1, \"b\": 2.5e1}\n{\"b\": 4, \"a\": 3}\n", "{\"a\":1,\"b\":25}{\"a\":3,\"b\":4}",
      "[{\"a\": 1, \"b\": 25},\n {\"a\": 3, \"b\": 4}]\n", "[[1, 25], [3, 4]]",
      #"{"n": {"of": [1]}, "data": [{"a": 1, "b": 25}, {"a": "3", "b": 4}], "more": [{"c": 1}]}"#,
      "\u{feff}[{\"a\": 1, \"b\": 25}, {\"a\": 3, \"b\": 4}]",
      "[1, 25]\n[3, 4]\n", "[1, 25] [3, 4]", "{\"a\": 1, \"b\": 25, \"b\": 25}\r\n{\"a\": 3, \"b\": 4}\r\n",
      "{\"a\": 1, \"n\": {\"b\": 25}}\n\n{\"a\": 3, \"n\": {\"b\": 4}}",
    ])
  func forms(_ text: String) throws {
    #expect(try rows(text) == [[1, 25], [3, 4]])
  }

  @Test("names of nested objects have a point between them, in the order in which they appear")
  func names() throws {
    let text =
      "{\"id\": 1, \"p\": {\"x\": 2, \"list\": [1, {\"k\": \"v\"}]}}\n{\"q\": true, \"id\": 2, \"p\": {}}\n"
    let source = try CSVSource(MemoryInput(name: "x", bytes: Array(text.utf8)), options: SourceOptions())
    #expect(source.layout.columns == ["id", "p.x", "p.list", "q"])
    #expect(source.layout.notes == ["JSON lines"])
  }

  @Test("strings are read with their escapes replaced")
  func strings() throws {
    let text = #"{"i": "a\"b,\n\u00e9\ud83d\ude00\\", "v": 1}"# + "\n{\"i\": null, \"v\": 2}"
    let options = SourceOptions.with { $0.idColumn = "i" }
    let source = try CSVSource(MemoryInput(name: "x", bytes: Array(text.utf8)), options: options)
    #expect(try contents(of: source).ids == ["a\"b,\né😀\\", ""])
  }

  @Test("an error in a cell has the line of its record")
  func places() throws {
    let lines = "{\"a\": 1, \"s\": \"x\\ny\"}\n\n{\"a\": 2, \"s\": \"\"}\n{\"a\": \"bad\", \"s\": \"\"}\n"
    let options = SourceOptions.with { $0.idColumn = "s" }
    for (text, line) in [(lines, 4), ("[\n{\"s\": 1,\n\"a\": 1},\n{\n\"a\": 2},\n{\"a\": \"bad\"}]", 6)] {
      let input = MemoryInput(name: "x", bytes: Array(text.utf8))
      let error = ingestError { _ = try contents(of: CSVSource(input, options: options)) }
      #expect(error?.kind == .notANumber("bad"))
      #expect(error?.position?.line == line)
      #expect(error?.position?.column == "a")
    }
  }

  @Test(
    "invalid JSON is an error with its line",
    arguments: [
      ("{\"a\": 1}\n{\"a\": 2,, \"b\": 1}\n", 2), ("[{\"a\": 1},\n 3]", 2), ("{\"a\": 1}\n{\"a\": tru}", 2),
      ("[{\"a\": 1}\n{\"a\": 1}]", 2), ("{\"a\": \"\u{1}\"}", 1), ("{\"a\": \"\\ud800\"}", 1),
      ("{\"a\": 1-2}", 1),
      ("[{\"a\": 1}] x", 1),
    ])
  func malformed(_ text: String, _ line: Int) {
    let input = MemoryInput(name: "x", bytes: Array(text.utf8))
    let error = ingestError { _ = try CSVSource(input, options: SourceOptions()) }
    guard case .malformedJSON = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.position?.line == line)
  }

  @Test(
    "a table of columns is an error with a way to convert it",
    arguments: [
      (#"{"a": [1, 2], "b": [3, 4]}"#, JSONLayout.columns), (#"{"a":[1,2]}"#, .columns),
      (#"{"a": {"0": 1, "1": 2}, "b": {"0": 3, "1": 4}}"#, .numberedColumns),
      (#"{"0": {"a": 1}, "1": {"a": 2}}"#, .numberedRows),
      (#"{"columns": ["a"], "index": [0, 1], "data": [[1], [2]]}"#, .split), ("[1, 2, 3]", .values),
      (#"["a", null]"#, .values),
    ])
  func layouts(_ text: String, _ layout: JSONLayout) throws {
    let error = ingestError { _ = try CSVSource(text: text) }
    #expect(error?.kind == .otherJSONLayout(layout))
    #expect(error?.diagnosis.remedy?.description.isEmpty == false)
  }

  @Test(
    "two values under one name are an error, and equal ones are not",
    arguments: [#"{"a": 1, "a": 2}"#, #"{"n.a": 1, "n": {"a": 2}}"#])
  func repeated(_ text: String) throws {
    let error = ingestError { _ = try contents(of: CSVSource(text: "{\"b\": 1}\n" + text)) }
    guard case .malformedJSON(let detail) = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(detail.contains("two values") && error?.position?.line == 2)
  }

  @Test(
    "errors are described in words",
    arguments: [
      (#"{"a": 1,}"#, "there is a comma before"), ("[{\"a\": 1},]", "there is a comma before"),
      ("{'a': 1}", "in double quotes"),
    ])
  func words(_ text: String, _ words: String) {
    let error = ingestError { _ = try CSVSource(text: text) }
    #expect(error?.diagnosis.problem.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test("a single object is a record, whatever else it contains")
  func single() throws {
    #expect(try contents(of: CSVSource(text: #"{"a": 1, "b": {"0": 2, "1": 3}}"#)).rows == [[1, 2, 3]])
    #expect(
      try contents(
        of: CSVSource(text: #"{"a": 1, "v": [1, 2]}"#, options: .with { $0.ignoredColumns = ["v"] })
      ).rows == [[1]])
  }

  @Test("JSON in UTF-16 is read", arguments: [true, false])
  func utf16(_ isBigEndian: Bool) throws {
    let bytes = "\u{feff}{\"a\": 1, \"b\": \"é\"}\n{\"a\": 2, \"b\": \"x\"}\n".utf16.flatMap { unit in
      isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
    }
    let options = SourceOptions.with { $0.idColumn = "b" }
    let found = try contents(of: CSVSource(MemoryInput(name: "x", bytes: bytes), options: options))
    #expect(found.rows == [[1], [2]] && found.ids == ["é", "x"])
  }

  @Test("truncated anywhere, it is an error that states it, unless all remaining objects are complete")
  func truncated() {
    let text = Array("[{\"a\": [1, {\"b\": \"x\"}], \"c\": null}]".utf8)
    for count in 3..<text.count {
      let input = MemoryInput(name: "x", bytes: Array(text[..<count]))
      #expect(ingestError { _ = try CSVSource(input, options: SourceOptions()) }?.kind == .truncatedJSON)
    }
  }

  @Test("unlimited nesting is an error", arguments: ["[", "{\"a\":"])
  func nesting(_ opening: String) {
    let text = "[{\"a\":" + String(repeating: opening, count: 100_000)
    let input = MemoryInput(name: "x", bytes: Array(text.utf8))
    let error = ingestError { _ = try CSVSource(input, options: SourceOptions()) }
    if case .malformedJSON = error?.kind { return }
    Issue.record("\(String(describing: error))")
  }

  @Test("the lines of records are stored in a few numbers")
  func lines() {
    let lines = RecordLines()
    let starts = [1, 2, 3, 10, 14, 18, 19]
    for _ in 0..<2 {
      for (index, line) in starts.enumerated() { lines.note(record: index + 1, line: line) }
    }
    #expect((1...starts.count).map { lines.line(ofRecord: $0) } == starts)
    #expect(lines.line(ofRecord: 0) == nil && lines.line(ofRecord: 8) == nil)
  }

  @Test(
    "a text that starts with a bracket is not necessarily JSON", arguments: ["[a],b\n1,2\n", "{x},y\n1,2\n"])
  func texts(_ text: String) throws {
    #expect(try rows(text) == [[1, 2]])
  }
}
