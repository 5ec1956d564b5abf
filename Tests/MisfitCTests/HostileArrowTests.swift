import CMisfit
import Testing

@Suite struct HostileArrowTests {
  /// Arrays that contradict themselves, by what is wrong with them.
  static let arrays: [(problem: String, columns: [HandMadeColumn], rowCount: Int?)] = [
    ("a negative length", [HandMadeColumn("g", "x", count: -4, buffers: [nil, [0]])], 4),
    ("a negative offset", [HandMadeColumn("g", "x", count: 4, offset: -4, buffers: [nil, [0]])], 4),
    ("an offset without end", [HandMadeColumn("g", "x", count: 4, offset: .max, buffers: [nil, [0]])], 4),
    ("a short column", [HandMadeColumn("g", "x", [1.0, 2])], 9),
    ("no buffers", [HandMadeColumn("g", "x", count: 4, buffers: [])], 4),
    ("no values", [HandMadeColumn("g", "x", count: 4, buffers: [nil, nil])], 4),
    (
      "falling offsets",
      [
        HandMadeColumn(
          "u", "x", count: 2,
          buffers: [nil, HandMadeColumn.bytes([Int32(0), 9, 3]), Array("abcdefghi".utf8)])
      ], 2
    ),
    (
      "negative offsets",
      [
        HandMadeColumn("u", "x", count: 2, buffers: [nil, HandMadeColumn.bytes([Int32(-5), -4, -3]), [1]])
      ], 2
    ),
    ("a negative length of a batch", [HandMadeColumn("g", "x", [1.0, 2])], -2),
    (
      "a number of buffers without end",
      [
        HandMadeColumn("vu", "x", count: 1, buffers: [nil, Array(repeating: 0, count: 16)])
      ], 1
    ),
    ("a dictionary that is missing", [HandMadeColumn("c", "x", [Int8(0)])], 1),
    (
      "lists that are too short",
      [
        HandMadeColumn(
          "+w:100000", "x", count: 3, buffers: [nil], children: [HandMadeColumn("g", "item", [1.0])])
      ], 3
    ),
    (
      "lists of too many values",
      [
        HandMadeColumn(
          "+w:9999999999", "x", count: 1, buffers: [nil], children: [HandMadeColumn("g", "i", [1.0])])
      ], 1
    ),
    ("binary values", [HandMadeColumn("z", "x", count: 1, buffers: [nil, nil, nil])], 1),
    ("a format that does not exist", [HandMadeColumn("\u{1}?", "x", [1.0])], 1),
    ("an empty format", [HandMadeColumn("", "x", [1.0])], 1),
  ]

  @Test(arguments: arrays.indices)
  func isAnErrorNotACrash(index: Int) throws {
    let (problem, columns, rowCount) = Self.arrays[index]
    let batch = HandMadeBatch(columns, rowCount: rowCount)
    if problem == "a dictionary that is missing" {
      // The schema states a dictionary that the array does not have.
      let other = HandMadeBatch(
        [HandMadeColumn("c", "x", count: 1, buffers: [nil, [0]], dictionary: [.texts("", ["a"])])])
      unsafe batch.schema.pointee = other.schema.pointee
    }
    #expect(throws: CallError.self, "\(problem)") { try Interface.data(batch) }
    #expect(batch.releaseCount == 1)
  }

  @Test func anIndexOutsideOfItsDictionaryIsAnError() throws {
    let column = HandMadeColumn(
      "i", "host", count: 3, buffers: [nil, HandMadeColumn.bytes([Int32(0), 1, 70])],
      dictionary: [.texts("", ["a", "b"])])
    let number = HandMadeColumn("g", "x", [1.0, 2, 3])
    let data = try Interface.data(HandMadeBatch([column, number]))
    #expect(throws: CallError.self) { try Interface.fit(data) }
  }

  @Test func aTextOutsideOfItsBufferIsAnError() throws {
    var column = HandMadeColumn.views("host", ["a text that is longer than twelve bytes", "b", "c"])
    column.buffers[1]?.replaceSubrange(12..<16, with: HandMadeColumn.bytes([Int32(1_000_000)]))
    let number = HandMadeColumn("g", "x", [1.0, 2, 3])
    let data = try Interface.data(HandMadeBatch([column, number]))
    #expect(throws: CallError.self) { try Interface.fit(data) }
  }

  @Test(arguments: ["tsn:UTC", "tss:", "tdm", "ttn", "tDn", "l", "L"])
  func theLargestNumbersAreRead(format: String) throws {
    let numbers = [Int64.min, .max, 0, -1, 1, .min + 1]
    let column = HandMadeColumn(format, "x", numbers)
    let other = HandMadeColumn("g", "y", [1.0, 2, 3, 4, 5, 6.5])
    let data = try Interface.data(HandMadeBatch([column, other]))
    // The times are before and after all calendars, and may be refused.
    _ = try? Interface.scores(Interface.fit(data), data)
  }

  @Test func structuresThatAreDeepAreRefused() throws {
    var column = HandMadeColumn("g", "x", [1.0])
    for _ in 0..<100 { column = HandMadeColumn("+w:1", "x", count: 1, buffers: [nil], children: [column]) }
    #expect(throws: CallError.self) { try Interface.data(HandMadeBatch([column])) }
  }

  @Test func columnsThatAreIgnoredMayBeOfAnyType() throws {
    let columns = Interface.columns(30) + [HandMadeColumn("z", "blob", count: 30, buffers: [nil, nil, nil])]
    let data = try Interface.data(HandMadeBatch(columns), options: #"{"ignoredColumns": ["blob"]}"#)
    #expect(try Interface.scores(Interface.fit(data), data).count == 30)
  }
}
