import MisfitCore
import Testing
import _TestSupport

@testable import MisfitStreams

/// Models of windows beside the columns: what they see, their budgets, and their state.
@Suite struct WindowModelTests {
  private func options(learning count: Int = 400) -> WatchOptions {
    var options = WatchOptions()
    options.recipe.memoryCapacity = 128
    options.recipe.distanceCapacity = 400
    options.recipe.warmUpCount = 300
    options.learnedRowCount = count
    return options
  }

  /// A course of 48 rows with a bump of 16, which fails to come on some days.
  private func course(_ count: Int, withoutBumpOn days: Set<Int> = []) -> [Double] {
    var noise = WatcherTests.Noise(2)
    return (0..<count).map { row in
      let hasBump = (16..<32).contains(row % 48) && !days.contains(row / 48)
      return 20 + (hasBump ? 60 : 0) + noise.normal()
    }
  }

  private func observations(_ values: [Double], _ options: WatchOptions) throws -> [Observation] {
    let watcher = Watcher(columns: ["cpu"], options: options)
    return try values.map { try watcher.observe(StreamRow([$0])) }
  }

  @Test func aBumpThatFailsToComeAlarmsByItsShapeOnly() throws {
    let values = course(2400, withoutBumpOn: [40])
    let found = try observations(values, options())
    let alarms = found.indices.filter { found[$0].isAlarm }
    #expect(alarms.count == 1 && (40 * 48 + 16..<41 * 48).contains(alarms[0]), "\(alarms)")
    let first = try #require(alarms.first.map { found[$0] })
    #expect(first.alarmedColumns.isEmpty && first.event == .new)
    let reason = try #require(first.shape?.reasons.first)
    #expect(reason.column == "cpu" && abs(reason.value - 20) < 5 && reason.expected > 40)
    let plain = try observations(values, options(learning: 0))
    #expect(!plain.contains { $0.isAlarm || $0.shape != nil })
  }

  /// Rows of three columns that move together, but for a few rows from each of `breaks` on.
  private func rows(_ count: Int, breaks: [Int]) -> [StreamRow] {
    var noise = WatcherTests.Noise(6)
    var level = 0.0
    return (0..<count).map { row in
      level = 0.95 * level + noise.normal()
      let offset = breaks.contains { ($0..<$0 + 3).contains(row) } ? 12.0 : 0
      return StreamRow([
        level, 2 * level + offset + 0.1 * noise.normal(), 1 - level + 0.1 * noise.normal(),
      ])
    }
  }

  @Test(arguments: [false, true]) func aJointAlarmThatIsCalledNormalStaysSilentWhenItComesAgain(
    isNamedBefore: Bool
  ) throws {
    let rows = rows(2400, breaks: [1000, 1900])
    func alarms(_ events: Set<String>, after row: Int, inBatches: Bool) throws -> [Int] {
      var options = options()
      options.recipe.similarity = 0.25
      options.driftRate = 0
      let watcher = Watcher(columns: ["a", "b", "c"], options: options)
      let first = try watcher.observe(Array(rows[..<row]))
      try watcher.setNormalEvents(events)
      let rest = Array(rows[row...])
      let others = try inBatches ? watcher.observe(rest) : rest.map { try watcher.observe($0) }
      return (first + others).filter { $0.joint?.isAlarm == true }.map(\.row)
    }
    let all = try alarms([], after: 1500, inBatches: true)
    #expect(all.count == 2, "\(all)")
    let event: Set<String> = [String(all[0])]
    for inBatches in [false, true] {
      let left = try alarms(event, after: isNamedBefore ? 500 : 1500, inBatches: inBatches)
      #expect(left == (isNamedBefore ? [] : [all[0]]), "\(left)")
    }
  }

  @Test func columnsThatNoLongerMoveTogetherAlarmJointly() throws {
    var noise = WatcherTests.Noise(6)
    var level = 0.0
    let watcher = Watcher(columns: ["a", "b", "c"], options: options())
    var alarms: [Observation] = []
    for row in 0..<1500 {
      level = 0.95 * level + noise.normal()
      let second = (1000..<1040).contains(row) ? -2 * level : 2 * level
      let values = [level, second + 0.1 * noise.normal(), 1 - level + 0.1 * noise.normal()]
      let observation = try watcher.observe(StreamRow(values))
      if observation.joint?.isAlarm == true { alarms.append(observation) }
    }
    #expect(alarms.count == 1 && (1001...1040).contains(alarms[0].row), "\(alarms.map(\.row))")
    #expect(alarms.first?.joint?.reasons.first?.column == "b")
  }

  /// Every spike is far higher than all before.
  @Test(arguments: [0.001, 0.01]) func alarmsOfShapesAreWithinTheirBound(alpha: Double) throws {
    var options = options(learning: 100)
    options.recipe.warmUpCount = 0
    options.quietTime = .rows(0)
    options.alpha = alpha
    // The columns never alarm, so that they do not silence shapes.
    options.recipe.threshold = 100
    var noise = WatcherTests.Noise(7)
    var height = 4.0
    let values = (0..<4000).map { row -> Double in
      if row % 400 == 399 { height *= 4 }
      return noise.normal() + (row > 390 && row % 400 < 3 ? height : 0)
    }
    let found = try observations(values, options)
    let count = found.count { $0.shape?.isAlarm == true }
    #expect(Double(count) <= 41 + alpha * Double(values.count))
    #expect(count > 2, "the stream is meant to alarm")
  }

  @Test func aRefreshLearnsTheLatestRows() throws {
    let watcher = Watcher(columns: ["cpu"], options: options())
    var noise = WatcherTests.Noise(4)
    var scores: [Double] = []
    for row in 0..<4000 {
      // From row 1500 on, the bump is twice as long.
      let isBump = (16..<(row < 1500 ? 32 : 44)).contains(row % 48)
      if row == 3000 { watcher.refresh() }
      let observation = try watcher.observe(StreamRow([20 + (isBump ? 60 : 0) + noise.normal()]))
      scores.append(observation.shape?.score ?? 0)
    }
    #expect(scores[1500..<1600].max() ?? 0 > 2)
    #expect(scores[3500...].max() ?? 9 < 0.5)
  }

  @Test func refreshesComeAtTheirInterval() throws {
    var interval = options()
    interval.refreshInterval = .rows(1000)
    let values = course(4000)
    let own = try observations(values, interval)
    let never = try observations(values, options())
    #expect(own[...1399] == never[...1399] || zip(own, never).prefix(1400).allSatisfy { "\($0)" == "\($1)" })
    #expect(own[1500].shape != never[1500].shape)
  }

  @Test(arguments: [250, 401, 460, 1100]) func aRestoredStateGivesTheSameBits(count: Int) throws {
    let folder = try TemporaryFolder()
    var options = options()
    options.refreshInterval = .rows(300)
    let first = course(1300, withoutBumpOn: [20])
    let rows = first.enumerated().map { StreamRow([$1, $1 * $1 + Double($0 % 7)], seconds: Double($0)) }
    let whole = Watcher(columns: ["x", "y"], options: options)
    let expected = try rows.map { try whole.observe($0) }
    let begun = Watcher(columns: ["x", "y"], options: options)
    _ = try begun.observe(Array(rows[..<count]))
    try begun.save(to: folder.file("w.state"))
    let (restored, _) = try Watcher.restored(from: folder.file("w.state"), options: options)
    let found = try restored.observe(Array(rows[count...]))
    for (own, other) in zip(found, expected[count...]) { #expect("\(own)" == "\(other)") }
    #expect(throws: StreamError(.otherRecipe, path: folder.file("w.state"))) {
      try Watcher.restored(from: folder.file("w.state"), options: self.options(learning: 0))
    }
  }

  @Test func distancesAreThoseOfPlainLoops() throws {
    let values = course(400)
    var model = try #require(ShapeModel(values, isExcluded: values.map { _ in false }))
    let length = model.length
    #expect(length == 144)
    let stream = course(700).map { $0 * 1.1 + 3 }
    for row in length..<stream.count {
      let window = stream[(row - length)...row]
      let found = model.match(window, isExact: row == length)
      let match = try #require(found)
      guard row % 50 == 0 else { continue }
      let own = centered(window.dropFirst().map { ($0 - model.center) / model.scale })
      let distances = (0...values.count - length).map { start -> Double in
        let known = centered(Array(model.values[start..<start + length]))
        return zip(own, known).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let least = ((distances.min() ?? 0) / Double(length)).squareRoot()
      #expect(abs(match.distance - least) < 1e-9)
    }
  }

  private func centered(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.map { $0 - mean }
  }

  @Test func thePeriodIsFound() {
    #expect(StreamPeriod.find(course(500)) == 48)
    #expect(StreamPeriod.find((0..<500).map { Double($0) }) == nil)
    #expect(StreamPeriod.find([Double](repeating: 3, count: 500)) == nil)
  }

  @Test func rankedColumnsHaveTheLargestScoresFirst() throws {
    var options = options(learning: 0)
    options.rankedColumnCount = 2
    let watcher = Watcher(columns: ["a", "b", "c"], options: options)
    var noise = WatcherTests.Noise(3)
    var last = Observation(row: 0)
    for row in 0..<500 {
      let extra = row == 499 ? [0.0, 50, 20] : [0, 0, 0]
      last = try watcher.observe(StreamRow(extra.map { $0 + noise.normal() }))
      #expect(last.rankedColumns.count == 2)
      #expect(last.rankedColumns[0].score >= last.rankedColumns[1].score)
      #expect(last.rankedColumns[0].column == last.column && last.rankedColumns[0].score == last.score)
    }
    #expect(Set(last.rankedColumns.map(\.column)) == ["b", "c"])
    #expect(last.rankedColumns.allSatisfy { abs($0.typical) < 1 && $0.nearest < 10 })
  }
}
