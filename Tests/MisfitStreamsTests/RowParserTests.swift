import MisfitCore
import Testing
import _TestSupport

@testable import MisfitStreams

@Suite struct RowParserTests {
  private func rows(
    _ text: String, _ options: RowFormatOptions = RowFormatOptions()
  ) throws -> (parser: RowParser, rows: [StreamRow]) {
    var parser = try RowParser(options, source: "rows")
    var rows: [StreamRow] = []
    try parser.parse(Array(text.utf8)) { _, row in rows.append(row) }
    return (parser, rows)
  }

  @Test func aTimeColumnIsFoundByItsNameOrItsDates() throws {
    let named = try rows("x,Timestamp\n1,7\n")
    #expect(named.parser.columns == ["x"] && named.rows[0].time == "7" && named.rows[0].seconds == 7)
    let dated = try rows("x,when\n1,2024-03-01 00:01\n")
    #expect(dated.parser.columns == ["x"] && dated.rows[0].seconds == 1_709_251_260)
    let none = try rows("x,y\n1,2\n")
    #expect(none.parser.columns == ["x", "y"] && none.rows[0].seconds == nil)
  }

  @Test func millisecondsFrom1970AreTimes() throws {
    #expect(try rows("ts,x\n1709251260000,1\n").rows[0].seconds == 1_709_251_260)
  }

  @Test(arguments: ["a;b\n1,5;2\n", "\u{FEFF}a;b\r\n1,5;2\r\n", "a;b\n\n\"1,5\" ; 2\n"])
  func otherDelimitersSignsAndLineEndsAreRead(text: String) throws {
    var options = RowFormatOptions()
    options.decimal = UInt8(ascii: ",")
    let (parser, rows) = try rows(text, options)
    #expect(parser.columns == ["a", "b"] && rows.map(\.values) == [[1.5, 2]])
  }

  @Test func aFirstRowOfNumbersIsNoHeader() throws {
    let (parser, rows) = try rows("1,2\n3,4\n")
    #expect(parser.columns == ["column_1", "column_2"] && rows.map(\.values) == [[1, 2], [3, 4]])
  }

  @Test func aRepeatedHeaderIsSkipped() throws {
    #expect(try rows("a,b\n1,2\na,b\n3,4\n").rows.count == 2)
  }

  @Test func aFollowingFileMustHaveTheSameColumns() throws {
    var (parser, _) = try rows("a,b\n1,2\n")
    var values: [[Double]] = []
    parser.beginFile()
    try parser.parse(Array("a,b\n3,4\n".utf8)) { values.append($1.values) }
    parser.beginFile()
    try parser.parse(Array("5,6\nx,y\n".utf8)) { values.append($1.values) }
    #expect(values.prefix(2) == [[3, 4], [5, 6]] && values.count == 3)
    parser.beginFile()
    #expect(throws: StreamError(.otherColumns(stored: ["a", "b"], given: ["b", "c"]), path: "rows")) {
      try parser.parse(Array("b,c\n".utf8)) { _, _ in }
    }
  }

  @Test func severalColumnsNameASeries() throws {
    var options = RowFormatOptions()
    options.series = ["host", "disk"]
    let (parser, rows) = try rows("host,disk,x\nweb,\"sd\"\"a\",1\n", options)
    #expect(parser.columns == ["x"] && rows[0].series == "web/sd\"a")
  }

  @Test(arguments: [
    ("when,x\n03/04/24,1\n03/13/24,1\n", 1_709_510_400.0, false),
    ("when,x\n03/04/24,1\n13/04/24,1\n", 1_712_102_400, false),
    ("when,x\n03/04/24,1\n", 1_712_102_400, true),
  ])
  func theOrderOfDatesIsFoundFromLaterRows(text: String, seconds: Double, isAmbiguous: Bool) throws {
    let (parser, rows) = try rows(text)
    #expect(rows[0].seconds == seconds)
    #expect((parser.ambiguousDate == "03/04/24") == isAmbiguous)
  }

  @Test(arguments: [false, true]) func aCounterIsNotWatched(isAsked: Bool) throws {
    var options = RowFormatOptions()
    options.series = ["host"]
    if isAsked { options.watched = ["n", "x"] }
    let lines = (0..<60).map { "h\($0 % 2),\(1_700_000_000 + $0 * 60),\($0 * $0 % 7)\n" }
    let (parser, _) = try rows("host,n,x\n" + lines.joined(), options)
    #expect(parser.columns == (isAsked ? ["n", "x"] : ["x"]))
    #expect(parser.counterNames == (isAsked ? [] : ["n"]))
    #expect(try rows("host,n,x\n" + lines.prefix(49).joined(), options).parser.columns == ["n", "x"])
  }

  @Test func unreadableTimesAreCounted() throws {
    #expect(try rows("time,x\nsoon,1\n,2\n2024-03-01,3\n").parser.unreadTimeCount == 1)
  }

  @Test(arguments: ["host,x\n4,1\n9,1\n", "{\"host\":4,\"x\":1}\n{\"host\":9,\"x\":1}\n"])
  func aConditionMayNameAColumnThatIsNotWatched(text: String) throws {
    var options = RowFormatOptions()
    options.ignored = ["host"]
    var parser = try RowParser(options, source: "rows")
    parser.conditions = [ColumnCondition(column: "host", .below, 5)]
    var canAlarm: [Bool] = []
    try parser.parse(Array(text.utf8)) { canAlarm.append($1.canAlarm) }
    #expect(canAlarm == [false, true])
  }

  @Test func slashesInNamesOfSeveralColumnsAreEscaped() throws {
    var options = RowFormatOptions()
    options.series = ["a", "b"]
    let rows = try rows("a,b,x\nu/v,w,1\nu,v/w,2\n", options).rows
    #expect(rows.map(\.series) == ["u\\/v/w", "u/v\\/w"])
  }

  @Test func aQuoteWithinACellIsACharacter() throws {
    let (parser, rows) = try rows("time,a,msg\n1,1,5\" pipe\n2,2,x\n3,\"3\",\"y, \"\"z\n\"\n")
    #expect(rows.map { $0.values[0] } == [1, 2, 3] && parser.malformedCount == 0)
  }

  @Test func linesOfAHashAreCommentsOrNameTheColumns() throws {
    let (parser, commented) = try rows("# made by hand\n#\na,b\n1,2\n")
    #expect(parser.notes == ["comments after # skipped"] && commented.map(\.values) == [[1, 2]])
    #expect(try rows("#a,b\n1,2\n").parser.columns == ["a", "b"])
  }

  @Test func aMissingColumnIsNamedWithTheNearestOne() throws {
    var options = RowFormatOptions()
    options.time = "tme"
    #expect(throws: StreamError(.missingColumn("tme", nearest: "time"), path: "rows")) {
      try rows("time,x\n1,2\n", options)
    }
  }

  @Test func cellsThatAreNoNumbersAreCountedAndMissingOnesAreNot() throws {
    let (parser, rows) = try rows("x,y\n1,2\noops,NA\n,nan\n3\n")
    #expect(parser.unreadCounts == [1, 0] && parser.numberCounts == [1, 1])
    #expect(rows.count == 3 && rows[1].values.allSatisfy(\.isNaN))
    #expect(parser.malformedCount == 1)
  }

  @Test func objectsGainColumnsAsTheyAppear() throws {
    let text = """
      {"time": "2024-03-01", "a": 1, "note": "x", "on": true}
      {"a": {"b": 2.5e0, "list": [1, {"c": "]"}]}, "a": null, "text": "3"}
      {"a": 1
      [1]
      """
    let (parser, rows) = try rows(text + "\n")
    #expect(parser.columns == ["a", "note", "on", "a.b", "text"])
    #expect(rows.count == 2 && parser.malformedCount == 2)
    #expect(rows[0].values[0] == 1 && rows[0].values[2] == 1 && rows[0].time == "2024-03-01")
    #expect(rows[1].values[0].isNaN && rows[1].values[3] == 2.5 && rows[1].values[4] == 3)
  }

  @Test func arbitraryBytesNeverStopTheParser() throws {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array("a1,.;\"\\{}[]:\n\r\t -eu".utf8) + [0, 0xFF, 0xC3]
    for _ in 0..<500 {
      let bytes = (0..<80).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      var parser = try RowParser(RowFormatOptions(), source: "bytes")
      let watcher = Watcher(columns: [])
      try parser.parse(bytes) { columns, row in
        for name in columns[watcher.columns.count...] { watcher.addColumn(name) }
        _ = try watcher.observe(row)
      }
    }
  }
}

@Suite struct StreamJournalTests {
  private let frames = [
    StreamJournal.Frame(position: 3, bytes: [1, 2, 3]), StreamJournal.Frame(position: 1000, bytes: [4]),
  ]

  @Test func completeFramesAreReadAndAnIncompleteOneIsDropped() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("journal")
    let journal = try StreamJournal.begin(path, number: 7)
    for frame in frames { try journal.append(frame) }
    let bytes = try readBytes(path)
    for count in 0...bytes.count {
      try OutputFile.write(bytes.prefix(count), to: path)
      let read = try StreamJournal.frames(path, number: 7)
      let expected = count < 8 + 27 ? 0 : count < bytes.count ? 1 : 2
      #expect(read.map(\.position) == frames.prefix(expected).map(\.position))
      #expect(read.map(\.bytes) == frames.prefix(expected).map(\.bytes))
    }
  }

  @Test func aJournalOfAnotherStateOrAnAlteredFrameIsNotRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("journal")
    for frame in frames { try StreamJournal.begin(path, number: 7).append(frame) }
    #expect(try StreamJournal.frames(path, number: 8).isEmpty)
    var bytes = try readBytes(path)
    bytes[bytes.count - 1] ^= 1
    try OutputFile.write(bytes, to: path)
    #expect(try StreamJournal.frames(path, number: 7).isEmpty)
  }
}
