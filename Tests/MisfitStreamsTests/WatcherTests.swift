import MisfitCore
import Testing
import _TestSupport

@testable import MisfitStreams

/// The promises of a watcher, on made streams.
@Suite struct WatcherTests {
  /// A generator of normal noise.
  struct Noise {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double((state ^ (state >> 29)) >> 11) / Double(1 << 53)
    }

    /// The sum of twelve uniform numbers, about normal.
    mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }
  }

  private func smallRecipe() -> WatchOptions {
    var options = WatchOptions()
    options.recipe.memoryCapacity = 128
    options.recipe.distanceCapacity = 400
    options.recipe.warmUpCount = 100
    return options
  }

  private func rows(_ values: [Double], _ options: WatchOptions) throws -> [Observation] {
    let watcher = Watcher(columns: ["x"], options: options)
    return try values.map { try watcher.observe(StreamRow([$0])) }
  }

  // MARK: The bound

  /// Streams that are made to alarm: every value is further away than all before.
  @Test(arguments: [0.5, 1, 3])
  func alarmsOnAnyDataAreWithinTheBound(growth: Double) throws {
    var options = smallRecipe()
    options.quietTime = .rows(0)
    options.recipe.similarity = 0
    options.alpha = 0.01
    var noise = Noise(3)
    var value = 1.0
    let values = (0..<3000).map { row -> Double in
      value *= row % 3 == 0 ? 1 + growth * noise.uniform() / 10 : 1
      return row % 2 == 0 ? value : -value * noise.uniform()
    }
    let count = try rows(values, options).count(where: \.isAlarm)
    let recipe = options.recipe
    let slack = (recipe.largestScore - recipe.threshold(alpha: options.alpha)) / recipe.thresholdStep
    #expect(Double(count) <= 1 + slack + options.alpha * Double(values.count))
    #expect(count > 5, "the streams are meant to alarm")
  }

  @Test func theAlarmRateIsUnderOneAndAHalfAlphaWithin500RowsOfAStepOf5Deviations() throws {
    var options = WatchOptions()
    options.recipe.memoryCapacity = 512
    options.recipe.distanceCapacity = 2000
    let runCount = 8
    var (seen, late) = (0, 0)
    for seed in 0..<runCount {
      var noise = Noise(UInt64(seed) + 10)
      let observations = try rows((0..<4000).map { noise.normal() + ($0 >= 2000 ? 5 : 0) }, options)
      seen += observations[2000..<2050].contains(where: \.isAlarm) ? 1 : 0
      late += observations[2500..<4000].count(where: \.isAlarm)
    }
    #expect(seen >= runCount - 1)
    #expect(Double(late) <= 1.5 * options.alpha * Double(runCount * 1500))
  }

  // MARK: State

  @Test(arguments: [1, 130, 700]) func aRestoredStateGivesTheSameBits(count: Int) throws {
    let folder = try TemporaryFolder()
    var options = smallRecipe()
    options.recipe.halfLife = 300
    var noise = Noise(5)
    let values = (0..<900).map { row in noise.normal() + (row > 600 ? 8 : 0) + (row % 200 == 150 ? 20 : 0) }
    let whole = Watcher(columns: ["x", "y"], options: options)
    func row(_ index: Int) -> StreamRow {
      StreamRow(
        [values[index], index % 7 == 0 ? .nan : values[index] * values[index]], seconds: Double(index) * 60,
        series: "host \(index % 2)")
    }
    let expected = try values.indices.map { try whole.observe(row($0)) }
    let first = Watcher(columns: ["x", "y"], options: options)
    for index in 0..<count { #expect(try same(first.observe(row(index)), expected[index])) }
    try first.save(to: folder.file("w.state"), notes: ["key": "text"])
    let (second, notes) = try Watcher.restored(from: folder.file("w.state"), options: options)
    #expect(notes == ["key": "text"] && second.rowCount == count)
    for index in count..<values.count { #expect(try same(second.observe(row(index)), expected[index])) }
  }

  /// Compares by bits, since NaN differs from itself.
  private func same(_ first: Observation, _ second: Observation) -> Bool { "\(first)" == "\(second)" }

  @Test func aDamagedStateIsRefused() throws {
    let folder = try TemporaryFolder()
    let watcher = Watcher(columns: ["x"], options: smallRecipe())
    for index in 0..<200 { _ = try watcher.observe(StreamRow([Double(index * index % 37)])) }
    let path = folder.file("w.state")
    try watcher.save(to: path)
    let bytes = try readBytes(path)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      var altered = bytes
      if Bool.random(using: &generator) {
        altered.removeLast(Int.random(in: 1...altered.count, using: &generator))
      } else {
        altered[Int.random(in: altered.indices, using: &generator)] ^= UInt8.random(
          in: 1...255, using: &generator)
      }
      try OutputFile.write(altered, to: path)
      // Either it is refused, or what was altered is only a value.
      guard let (restored, _) = try? Watcher.restored(from: path, options: smallRecipe()) else { continue }
      _ = try? restored.observe(StreamRow(restored.columns.map { _ in 3 }))
    }
  }

  @Test func aStateOfAnotherRecipeIsRefused() throws {
    let folder = try TemporaryFolder()
    try Watcher(columns: ["x"], options: smallRecipe()).save(to: folder.file("w.state"))
    #expect(throws: StreamError(.otherRecipe, path: folder.file("w.state"))) {
      try Watcher.restored(from: folder.file("w.state"))
    }
  }

  // MARK: Rules

  /// A quiet stream with a spike at each of `spikes`, of the given heights.
  private func spikes(_ heights: [Int: Double], count: Int = 900) -> [Double] {
    var noise = Noise(8)
    return (0..<count).map { noise.normal() + (heights[$0] ?? 0) }
  }

  private func alarms(_ values: [Double], _ options: WatchOptions) throws -> [Int] {
    let observations = try rows(values, options)
    return observations.indices.filter { observations[$0].isAlarm }
  }

  @Test func spikesThatRecurAlarmOnce() throws {
    var options = smallRecipe()
    let values = spikes([300: 100, 500: 110, 700: 120])
    #expect(try alarms(values, options) == [300])
    options.recipe.similarity = 0
    #expect(try alarms(values, options).count > 1)
  }

  @Test func aSpikeOfAnotherKindAlarmsAgain() throws {
    #expect(try alarms(spikes([300: 100, 600: -400]), smallRecipe()) == [300, 600])
  }

  @Test func rulesOfDirectionAndDeviationHold() throws {
    let values = spikes([300: 100, 600: -400])
    var options = smallRecipe()
    options.rules["x"] = ColumnRule(direction: .up)
    #expect(try alarms(values, options) == [300])
    options.rules["x"] = ColumnRule(direction: .down)
    #expect(try alarms(values, options).allSatisfy { $0 >= 600 })
    options.rules["x"] = ColumnRule(leastDeviation: 200)
    #expect(try alarms(values, options).allSatisfy { $0 >= 600 })
  }

  @Test func exceptionsAndNormalEventsDoNotAlarm() throws {
    let values = spikes([300: 100, 600: 104])
    var options = smallRecipe()
    options.exceptions = [try #require(ColumnCondition("x > 50"))]
    #expect(try !alarms(values, options).contains(300))
    options.exceptions = []
    options.normalEvents = ["301"]
    #expect(try alarms(values, options).isEmpty)
  }

  @Test func aPastAlarmMayBeCalledNormal() throws {
    var options = smallRecipe()
    options.recipe.similarity = 0.01
    let values = spikes([300: 100, 600: 104])
    #expect(try alarms(values, options) == [300, 600])
    let watcher = Watcher(columns: ["x"], options: options)
    for row in 0..<500 { _ = try watcher.observe(StreamRow([values[row]], time: "t\(row)")) }
    #expect(try watcher.setNormalEvents(["t300", "t5"]) == 1)
    let folder = try TemporaryFolder()
    try watcher.save(to: folder.file("w.state"))
    let (restored, _) = try Watcher.restored(from: folder.file("w.state"), options: options)
    #expect(restored.normalEvents == ["t300", "t5"])
    for row in 500..<900 { #expect(try !restored.observe(StreamRow([values[row]])).isAlarm) }
  }

  @Test func maintenanceIsNeitherJudgedNorLearned() throws {
    var options = smallRecipe()
    options.maintenance = [300...309]
    let watcher = Watcher(columns: ["x"], options: options)
    let values = spikes([300: 100, 600: 100])
    let observations = try values.enumerated().map {
      try watcher.observe(StreamRow([$0.element], seconds: Double($0.offset)))
    }
    #expect(!observations[300].isJudged && !observations[300].isAlarm && observations[600].isAlarm)
  }

  @Test func severalRowsOfTheLastOnesAreNeeded() throws {
    var options = smallRecipe()
    options.neededRowCount = 2
    options.windowRowCount = 3
    let observations = try alarms(spikes([300: 100, 301: 300, 600: 500]), options)
    #expect(observations.first.map { $0 > 300 } ?? true)
  }

  @Test func anEventIsNewThenContinuesThenIsOver() throws {
    let observations = try rows(spikes([300: 100]), smallRecipe())
    let states = observations.compactMap(\.event)
    #expect(states.first == .new && states.last == .over)
    #expect(states.dropFirst().dropLast().allSatisfy { $0 == .continues })
    #expect(observations[300].event == .new && !observations[300].reasons.isEmpty)
  }

  // MARK: Levels and missing values

  @Test func aMovedLevelIsReportedAndItsStartIsKnown() throws {
    var noise = Noise(9)
    let watcher = Watcher(columns: ["x"], options: smallRecipe())
    var changes: [LevelChange] = []
    for row in 0..<2000 {
      let value = noise.normal() + (row >= 1500 ? 4 : 0)
      changes += try watcher.observe(StreamRow([value], seconds: Double(row))).levelChanges
    }
    let change = try #require(changes.first)
    #expect(changes.count == 1 && abs(change.after - 4) < 0.5 && abs(change.before) < 0.5)
    #expect(abs((change.seconds ?? 0) - 1500) <= 50)
  }

  @Test func aMissingValueChangesNothing() throws {
    let values = spikes([300: 100])
    let plain = try rows(values, smallRecipe()).map(\.score)
    let watcher = Watcher(columns: ["x"], options: smallRecipe())
    var scores: [Double] = []
    for (index, value) in values.enumerated() {
      if index % 10 == 5 { #expect(try watcher.observe(StreamRow([.nan])).score == 0) }
      scores.append(try watcher.observe(StreamRow([value])).score)
    }
    #expect(scores == plain)
  }

  @Test func observationsOfAnAsyncSequenceAreThoseOfItsRows() async throws {
    let values = spikes([300: 100])
    let stream = AsyncStream<StreamRow> { continuation in
      for value in values { continuation.yield(StreamRow([value])) }
      continuation.finish()
    }
    let watcher = Watcher(columns: ["x"], options: smallRecipe())
    var alarms: [Int] = []
    for try await observation in watcher.observations(of: stream) where observation.isAlarm {
      alarms.append(observation.row)
    }
    #expect(alarms == [301])
  }
}

/// Rows in batches are scored column by column on several threads.
@Suite struct WatcherBatchTests {
  @Test(arguments: [1, 16, 100, 1000]) func batchesGiveTheBitsOfSingleRows(size: Int) throws {
    var noise = WatcherTests.Noise(4)
    var options = WatchOptions()
    options.recipe.memoryCapacity = 64
    options.recipe.distanceCapacity = 200
    options.recipe.warmUpCount = 100
    options.alpha = 0.05
    options.maintenance = [700...705]
    options.exceptions = [try #require(ColumnCondition("b > 1.9"))]
    let rows = (0..<1000).map { row in
      let values = (0..<5).map { column in
        row % (column + 7) == 3 ? .nan : noise.normal() + (row % 150 == 149 ? Double(column * row) / 20 : 0)
      }
      // The last column begins late.
      return StreamRow(
        Array(values.prefix(row < 300 ? 4 : 5)), seconds: Double(row),
        series: row / 250 % 2 == 0 ? "" : "b")
    }
    let single = Watcher(columns: ["a", "b", "c", "d", "e"], options: options)
    let expected = try rows.map { try single.observe($0) }
    let batched = Watcher(columns: ["a", "b", "c", "d", "e"], options: options)
    var observations: [Observation] = []
    for start in stride(from: 0, to: rows.count, by: size) {
      observations += try batched.observe(Array(rows[start..<min(start + size, rows.count)]))
    }
    #expect(observations.count == expected.count && batched.rowCount == single.rowCount)
    for (own, other) in zip(observations, expected) { #expect("\(own)" == "\(other)") }
    #expect(expected.contains { $0.isAlarm })
  }
}
