import CMisfit
import Testing

@Suite struct ArrowDataTests {
  @Test(arguments: [0, 1, 13])
  func columnsHaveTheScoresOfTheirText(offset: Int) throws {
    let text = try Interface.data(Interface.rows(120))
    let model = try Interface.fit(text)
    let expected = try Interface.scores(model, text)
    let batch = HandMadeBatch(Interface.columns(120, offset: offset))
    let data = try Interface.data(batch)
    #expect(try Interface.scores(model, data) == expected)
    let refitted = try Interface.fit(data)
    #expect(try Interface.scores(refitted, data) == expected)
    #expect(expected.count == 120)
  }

  @Test func aSlicedBatchHasTheRowsOfTheSlice() throws {
    let text = try Interface.data(Interface.rows(120))
    let model = try Interface.fit(text)
    let all = try Interface.scores(model, text)
    let batch = HandMadeBatch(Interface.columns(120), rowCount: 50, offset: 30)
    #expect(try Interface.scores(model, Interface.data(batch)) == Array(all[30..<80]))
  }

  @Test(arguments: [
    HandMadeColumn("c", "x", (0..<40).map { Int8($0) }), HandMadeColumn("C", "x", (0..<40).map { UInt8($0) }),
    HandMadeColumn("s", "x", (0..<40).map { Int16($0) }),
    HandMadeColumn("S", "x", (0..<40).map { UInt16($0) }),
    HandMadeColumn("i", "x", (0..<40).map { Int32($0) }),
    HandMadeColumn("I", "x", (0..<40).map { UInt32($0) }),
    HandMadeColumn("l", "x", (0..<40).map { Int64($0) }),
    HandMadeColumn("L", "x", (0..<40).map { UInt64($0) }),
    HandMadeColumn("f", "x", (0..<40).map { Float($0) }),
    HandMadeColumn("g", "x", (0..<40).map { Double($0) }),
    HandMadeColumn(
      "d:5,1", "x", count: 40,
      buffers: [nil, HandMadeColumn.bytes((0..<40).flatMap { [Int64($0 * 10), 0] })]),
    HandMadeColumn("d:5,1,64", "x", (0..<40).map { Int64($0 * 10) }),
    .texts("x", (0..<40).map { "\($0)" }), .texts("x", (0..<40).map { "\($0)" }, isLarge: true),
    .views("x", (0..<40).map { $0 % 2 == 0 ? "\($0)" : "\($0).00000000000000" }),
  ])
  func numbersOfEveryTypeAreTheSame(column: HandMadeColumn) throws {
    let other = HandMadeColumn("g", "y", (0..<40).map { Double($0 * $0 % 17) + 0.5 })
    let rows = (0..<40).map { "\(Double($0)),\(Double($0 * $0 % 17) + 0.5)" }.joined(separator: "\n")
    let text = try Interface.data("x,y\n\(rows)\n")
    let model = try Interface.fit(text)
    let data = try Interface.data(HandMadeBatch([column, other]))
    #expect(try Interface.scores(model, data) == Interface.scores(model, text))
  }

  @Test func timesAreThoseOfTheirText() throws {
    let seconds = (0..<60).map { Int64($0 * 40_000 + 7) }
    let stamps = seconds.map { HandMadeColumn.bytes([$0 * 1_000_000]) }.flatMap { $0 }
    let time = HandMadeColumn("tsu:Europe/Berlin", "at", count: 60, buffers: [nil, stamps])
    let value = HandMadeColumn("g", "value", (0..<60).map { Double($0 % 7) })
    let lines = seconds.map { second in
      let (day, rest) = (second / 86_400 + 1, second % 86_400)
      let parts = [rest / 3600, rest / 60 % 60, rest % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
      return "1970-01-\(day < 10 ? "0" : "")\(day) \(parts.joined(separator: ":"))Z,"
    }
    let rows = lines.enumerated().map { "\($0.element)\(Double($0.offset % 7))" }.joined(separator: "\n")
    let text = try Interface.data("at,value\n\(rows)\n")
    let data = try Interface.data(HandMadeBatch([time, value]))
    let model = try Interface.fit(text)
    #expect(try Interface.scores(model, data) == Interface.scores(model, text))
  }

  @Test func nestedListsAreImages() throws {
    let pixels = HandMadeColumn("C", "item", (0..<30 * 16).map { UInt8($0 * 7 % 251) })
    let row = HandMadeColumn("+w:4", "item", count: 30 * 4, buffers: [nil], children: [pixels])
    let image = HandMadeColumn("+w:4", "image", count: 30, buffers: [nil], children: [row])
    let data = try Interface.data(HandMadeBatch([image]))
    let model = try Interface.fit(data)
    let shape: [Int64] = [30, 4, 4]
    let bytes = pixels.buffers[1] ?? []
    let array = try unsafe Interface.object({ unsafe misfit_data_free($0) }) { data, error in
      unsafe misfit_data_array(bytes, Int32(MISFIT_UINT8), shape, 3, nil, nil, data, error)
    }
    let scores = try withExtendedLifetime(bytes) { try Interface.scores(model, array) }
    #expect(try Interface.scores(model, data) == scores)
    #expect(scores.count == 30)
  }

  @Test func aBatchIsReleasedOnce() throws {
    let batch = HandMadeBatch(Interface.columns(40))
    do {
      let data = try Interface.data(batch)
      let model = try Interface.fit(data)
      _ = try Interface.scores(model, data)
      #expect(batch.releaseCount == 0)
    }
    #expect(batch.releaseCount == 1)
  }

  @Test func aRefusedBatchIsReleasedToo() throws {
    let batch = HandMadeBatch(Interface.columns(40))
    #expect(throws: CallError.self) { try Interface.data(batch, options: "{") }
    #expect(batch.releaseCount == 1)
  }
}
