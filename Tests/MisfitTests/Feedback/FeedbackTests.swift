import MisfitCore
import MisfitIngest
import MisfitModels
import Testing
import _TestSupport

@testable import Misfit

@Suite("Feedback on rows and columns")
struct FeedbackTests {
  private let scored: MemorySource

  init() throws { scored = try Self.source(Self.scoredRows) }

  /// Normal rows of four columns, the last two of which follow the first.
  private static func normal(_ count: Int, seed: UInt64) -> [[Double]] {
    var generator = SeededGenerator(seed: seed)
    func noise() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + Double(generator.nextUnitFloat()) } }
    return (0..<count).map { _ in
      let base = noise()
      return [10 + base, 100 + 5 * noise(), 2 * base + 0.3 * noise(), -base + 0.3 * noise()]
    }
  }

  /// Normal rows with a fault: a column is shifted by a number of its standard deviations.
  private static func faulty(_ count: Int, column: Int, by shift: Double, seed: UInt64) -> [[Double]] {
    normal(count, seed: seed).map { row in
      var row = row
      row[column] += shift * [1, 5, 2, 1][column]
      return row
    }
  }

  private static func source(_ rows: [[Double]]) throws -> MemorySource {
    try MemorySource(rows: rows, columns: ["a", "b", "c", "d"], name: "rows")
  }

  private static func detector(_ model: ModelChoice, rows: Int = 120, seed: UInt64 = 1) throws -> Detector {
    var options = FitOptions()
    options.model = model
    options.training.epochs = 3
    options.run.threadCount = 1
    return try Detector.fit(try source(normal(rows, seed: seed)), options: options)
  }

  static let models: [ModelChoice] = [
    .autoencoder, .principalComponents, .local, .neighbors, .global, .wide,
  ]

  /// 60 normal rows, 30 rows with a high `b`, 30 with a low `b`, and 30 with a high `d`.
  private static let scoredRows =
    normal(60, seed: 2) + faulty(30, column: 1, by: 9, seed: 3) + faulty(30, column: 1, by: -9, seed: 4)
    + faulty(30, column: 3, by: 14, seed: 5)

  private static let marks = Dictionary(
    uniqueKeysWithValues: (61...65).map { (String($0), Feedback.Verdict.normal) })

  @Test("five marked rows hide rows of their kind, and no others", arguments: models)
  func marked(model: ModelChoice) throws {
    let detector = try Self.detector(model)
    let before = try detector.score(scored).scores()
    let marked = try detector.marking(Self.marks, in: scored)
    let after = try marked.score(scored).scores()
    #expect(zip(before, after).allSatisfy { $1 <= $0 })
    let threshold = detector.threshold
    #expect(before[60...].allSatisfy { $0 > threshold })
    #expect(after[60..<90].count { $0 <= threshold } >= 23)
    #expect(Array(after[90...]) == Array(before[90...]))
    #expect(Array(after[..<60]) == Array(before[..<60]))
  }

  @Test(
    "a file with feedback has the same scores, and without it the same bytes as before", arguments: models)
  func files(model: ModelChoice) throws {
    let folder = try TemporaryFolder()
    let paths = ["plain", "marked", "forgotten"].map { folder.file("\($0).misfit") }
    let detector = try Self.detector(model)
    try detector.save(paths[0])
    let rules = [
      FeedbackRule.least(column: "a", deviation: 0.5), .direction(column: "d", .up),
      .unless(condition: ColumnCondition(column: "c", .above, 3)),
    ]
    let marked = try detector.marking(Self.marks, in: scored).adding(rules)
    try marked.save(paths[1])
    let loaded = try Detector.load(paths[1])
    #expect(loaded.feedback == marked.feedback && loaded.feedback?.rules == rules)
    #expect(try loaded.score(scored).scores() == marked.score(scored).scores())
    try loaded.forgetting(["a", "c > 3", "d"] + Self.marks.keys).save(paths[2])
    #expect(try readBytes(paths[0]) == readBytes(paths[2]))
    #expect(try readBytes(paths[0]) != readBytes(paths[1]))
  }

  @Test("a single row has the score that it has in a table")
  func singleRows() throws {
    let marked = try Self.detector(.local).marking(Self.marks, in: scored)
    let scores = try marked.score(scored).scores()
    for index in [0, 62, 70, 95, 130] {
      let record = Dictionary(uniqueKeysWithValues: zip(["a", "b", "c", "d"], Self.scoredRows[index]))
      #expect(try marked.score(record).score == scores[index])
    }
  }

  @Test("forgetting some of the rows is the same as never having marked them")
  func forgetting() throws {
    let detector = try Self.detector(.principalComponents)
    let all = try detector.marking(Self.marks, in: scored)
    let some = try detector.marking(Self.marks.filter { $0.key != "63" }, in: scored)
    #expect(try all.forgetting(["63"]).feedback == some.feedback)
    #expect(throws: FeedbackError(.unknown("7"))) { try all.forgetting(["7"]) }
    #expect(throws: FeedbackError(.nothingToForget)) { try detector.forgetting(["7"]) }
  }

  @Test("a row like a marked anomaly scores above all calibration rows")
  func anomalies() throws {
    let detector = try Self.detector(.principalComponents)
    let subtle = try Self.source(Self.normal(60, seed: 2) + Self.faulty(20, column: 2, by: 0.35, seed: 6))
    let before = try detector.score(subtle).scores()
    let ids = Dictionary(uniqueKeysWithValues: (61...70).map { (String($0), Feedback.Verdict.anomaly) })
    let after = try detector.marking(ids, in: subtle).score(subtle).scores()
    #expect(zip(before, after).allSatisfy { $1 >= $0 })
    #expect(after[70...].count { $0 > detector.threshold } > before[70...].count { $0 > detector.threshold })
  }

  @Test("two groups of marked rows far from each other do not hide what is between them")
  func between() throws {
    let detector = try Self.detector(.principalComponents)
    let rows = try Self.source(
      Self.faulty(5, column: 1, by: 30, seed: 7) + Self.faulty(5, column: 1, by: 8, seed: 8)
        + Self.faulty(5, column: 1, by: 18, seed: 9))
    let ids = Dictionary(uniqueKeysWithValues: (1...10).map { (String($0), Feedback.Verdict.normal) })
    let marked = try detector.marking(ids, in: rows)
    #expect(marked.feedbackKinds.count == 2)
    let (before, after) = (try detector.score(rows).scores(), try marked.score(rows).scores())
    #expect(Array(before[10...]) == Array(after[10...]))
    #expect(after[..<10].allSatisfy { $0 <= detector.threshold })
  }

  @Test("rules in the units of the data")
  func rules() throws {
    let detector = try Self.detector(.local)
    let before = try detector.score(scored).scores()
    func after(_ rule: FeedbackRule) throws -> [Double] {
      try detector.adding([rule]).score(scored).scores()
    }
    let high = try after(.unless(condition: ColumnCondition(column: "b", .above, 125)))
    #expect(high[60..<90].allSatisfy { $0 <= detector.threshold })
    #expect(Array(high[90...]) == Array(before[90...]))
    let down = try after(.direction(column: "b", .down))
    #expect(zip(down[60..<90], before[60..<90]).allSatisfy { $0 < $1 })
    #expect(Array(down[90..<120]) == Array(before[90..<120]))
    let far = try after(.least(column: "b", deviation: 1000))
    #expect(zip(far[60..<120], before[60..<120]).allSatisfy { $0 < $1 })
    #expect(throws: FeedbackError(.unknownColumn("bb", nearest: "b"))) {
      try detector.adding([.least(column: "bb", deviation: 1)])
    }
  }

  @Test("unknown rows are refused, and so is export")
  func refusals() throws {
    let detector = try Self.detector(.principalComponents)
    #expect(throws: FeedbackError(.missingRows(["999"], source: "rows"))) {
      try detector.marking(["1": .normal, "999": .normal], in: scored)
    }
    let marked = try detector.marking(Self.marks, in: scored)
    #expect(throws: ExportError(.feedback)) { try DetectorGraph(marked, named: "x") }
  }

  @Test("p-values are cautious with feedback, and exact after a calibration")
  func validity() throws {
    var rates = (before: 0.0, after: 0.0)
    let runs = 20
    for run in 0..<UInt64(runs) {
      let detector = try Self.detector(.principalComponents, rows: 200, seed: 100 + run)
      let other = try Self.source(Self.normal(100, seed: 200 + run))
      let worst = try detector.score(other).largest(5)
      let ids = Dictionary(uniqueKeysWithValues: worst.map { ($0.id, Feedback.Verdict.normal) })
      let marked = try detector.marking(ids, in: other)
      let calibrated = try marked.calibrated(on: Self.source(Self.normal(200, seed: 300 + run)))
      let scores = try marked.score(try Self.source(Self.normal(200, seed: 400 + run))).scores()
      func rate(_ detector: Detector) -> Double {
        Double(scores.count { detector.calibration.pValue(of: $0) ?? 1 <= 0.05 }) / Double(scores.count)
      }
      rates.before += rate(marked) / Double(runs)
      rates.after += rate(calibrated) / Double(runs)
    }
    #expect(rates.before < 0.055, "\(rates.before)")
    #expect((0.035...0.065).contains(rates.after), "\(rates.after)")
  }

  @Test("feedback that someone altered is refused")
  func altered() throws {
    let folder = try TemporaryFolder()
    let (path, hostile) = (folder.file("model.misfit"), folder.file("hostile.misfit"))
    try Self.detector(.principalComponents).marking(Self.marks, in: scored).save(path)
    let metadata = try SafeTensors(readingFrom: path).metadata
    let text = try #require(metadata[ModelFile.feedbackKey])
    #expect(metadata["misfit.version"] == "4")
    func isRefused(_ text: String, _ change: (inout HandMadeModel) -> Void = { _ in }) throws {
      var model = try HandMadeModel(of: path)
      model.version = "4"
      change(&model)
      try model.write(to: hostile) { $0[ModelFile.feedbackKey] = text }
      #expect(throws: ModelFileError(.altered("its feedback"), path: hostile)) { try Detector.load(hostile) }
    }
    try isRefused("{}")
    try isRefused(text.replacing("\"id\":\"61\"", with: "\"id\":61"))
    try isRefused(text.replacing("\"largest\":", with: "\"largest\":-1e9,\"x\":"))
    try isRefused(text) { $0.tensors.removeAll { $0.name == "feedback.shares" } }
    try isRefused(text) { model in
      guard let index = model.tensors.firstIndex(where: { $0.name == "feedback.values" }) else { return }
      model.tensors[index].values[0] = 1e30
    }
  }
}
