import MisfitCore
import Testing
import _TestSupport

@testable import Misfit

@Suite("Gross outliers")
struct GrossOutlierTests {
  static let models: [ModelChoice] = [
    .automatic, .autoencoder, .ensemble, .wide, .principalComponents, .local, .neighbors, .crowd,
  ]

  private func options(_ model: ModelChoice, scoresWhatItLearns: Bool) -> FitOptions {
    var options = FitOptions()
    options.model = model
    options.scoresWhatItLearns = scoresWhatItLearns
    options.threadCount = 2
    switch model {
    case .autoencoder, .ensemble:
      options.hidden = [3]
      options.epochs = 2
    case .wide: options.hidden = [16]
    default: break
    }
    return options
  }

  /// The samples of a text by descending score, where the model was fitted on another text or the same.
  private func ranked(_ text: String, model: ModelChoice, learnedFrom other: String? = nil) throws
    -> [ScoredSample]
  {
    let options = options(model, scoresWhatItLearns: other == nil)
    let detector = try Detector.fit(CSVSource(text: other ?? text, name: "learned"), options: options)
    return try detector.score(CSVSource(text: text, name: "scored")).largest(.max)
  }

  @Test("One cell far beyond its column's range leads the ranking, is flagged and named", arguments: 0..<6)
  func plantedCell(seed: UInt64) throws {
    let model = Self.models[Int(seed) % Self.models.count]
    var generator = SeededGenerator(seed: 50 + seed)
    let clean = RandomTable(
      seed: seed, rows: 110 + generator.nextIndex(below: 60), columns: 2 + generator.nextIndex(below: 9))
    let candidates = clean.kinds.indices.filter { clean.kinds[$0] != .categorical }
    let column = candidates[generator.nextIndex(below: candidates.count)]
    var table = clean
    let ranges: Double = clean.kinds[column] == .date ? 10 : [5, 10, 100, 1e6][generator.nextIndex(below: 4)]
    table.plant(row: 77, column: column, ranges: ranges, isLow: generator.nextIndex(below: 2) == 0)
    for learned in [nil, clean.text, table.text] as [String?] {
      let worst = try #require(try ranked(table.text, model: model, learnedFrom: learned).first)
      #expect(worst.record == 78 && worst.isFlagged == true, "\(model) \(clean.kinds) \(column) \(ranges)")
      #expect(worst.reasons.first?.feature == clean.names[column])
    }
  }

  @Test("Every model ranks one wild number first beside a sparse and a categorical column", arguments: models)
  func wildNumber(model: ModelChoice) throws {
    var generator = SeededGenerator(seed: 3)
    var lines = ["speed,rain,site"]
    for row in 1...160 {
      let rain = generator.nextIndex(below: 10) == 0 ? Double(generator.nextUnitFloat()) : 0
      let speed = row == 80 ? 1048 : generator.nextIndex(below: 30)
      lines.append("\(speed),\(rain),\("ABC".map(String.init)[generator.nextIndex(below: 3)])")
    }
    let worst = try #require(try ranked(lines.joined(separator: "\n"), model: model).first)
    #expect(worst.record == 80 && worst.isFlagged == true)
    let reason = try #require(worst.reasons.first)
    #expect(reason.feature == "speed" && reason.value == .number(1048))
    #expect(reason.text.hasPrefix("speed 1048 (in training 0 to 2"))
  }

  /// Three hosts whose values differ by far; one value of `a` is ordinary for `c`.
  private func hosts(withTime: Bool) -> String {
    var generator = SeededGenerator(seed: 4)
    var lines = [withTime ? "time,host,value" : "host,value"]
    for row in 0..<80 {
      let unit = { (scale: Double) in scale * Double(generator.nextUnitFloat()) }
      let values = [("a", row == 40 ? 51 : 10 + unit(1)), ("b", 1000 + unit(100)), ("c", 50 + unit(3))]
      let day = row / 24 + 10
      let hour = row % 24 + 100
      let time = "2024-01-\(day) \("\(hour)".dropFirst()):00"
      for (host, value) in values { lines.append((withTime ? "\(time)," : "") + "\(host),\(value)") }
    }
    return lines.joined(separator: "\n")
  }

  @Test(
    "A value that is ordinary in its column and odd for its group leads the ranking",
    arguments: [ModelChoice.automatic, .local, .autoencoder], [false, true])
  func oddForItsGroup(model: ModelChoice, withTime: Bool) throws {
    let worst = try #require(try ranked(hosts(withTime: withTime), model: model).first)
    #expect(worst.record == 121)
    #expect(worst.reasons.first?.feature == "value")
    #expect(worst.reasons.first?.text.hasSuffix("where host is \"a\")") == true)
  }

  private func counts(_ extra: [String] = []) -> String {
    var generator = SeededGenerator(seed: 5)
    var lines = ["hits,y,kind"]
    for _ in 0..<150 {
      let hits = 1 + generator.nextIndex(below: 8) * generator.nextIndex(below: 40)
      lines.append("\(hits),\(generator.nextUnitFloat()),\(generator.nextIndex(below: 2) == 0 ? "a" : "b")")
    }
    return (lines + extra).joined(separator: "\n")
  }

  @Test(
    "Negative counts are flagged, the farther the higher", arguments: [ModelChoice.automatic, .local, .crowd])
  func negativeCounts(model: ModelChoice) throws {
    let new = "hits,y,kind\n10,0.5,a\n-1,0.5,a\n-999,0.5,a\n-1000000,0.5,a\n"
    let ranked = try ranked(new, model: model, learnedFrom: counts())
    #expect(ranked.map(\.record) == [4, 3, 2, 1])
    #expect(ranked.map(\.isFlagged) == [true, true, true, false])
    #expect(ranked.prefix(3).allSatisfy { $0.reasons.first?.feature == "hits" })
  }

  @Test(
    "Any value beside a constant column is flagged, however small", arguments: ["0.000001", "5", "-3000"])
  func besideConstant(constant: String) throws {
    var generator = SeededGenerator(seed: 6)
    let rows = (0..<150).map { _ in "\(generator.nextUnitFloat()),\(generator.nextUnitFloat()),\(constant)" }
    let learned = "x,y,c\n" + rows.joined(separator: "\n")
    let new = "x,y,c\n0.5,0.5,\(constant)\n0.5,0.5,0.001\n0.5,0.5,5.001\n0.5,0.5,-3001\n"
    let flags = try ranked(new, model: .local, learnedFrom: learned).sorted { $0.record < $1.record }
    #expect(flags.map(\.isFlagged) == [false, true, true, true])
    #expect(flags.dropFirst().allSatisfy { $0.reasons.first?.feature == "c" })
  }

  @Test(
    "An unseen level leads the ranking", arguments: [ModelChoice.automatic, .principalComponents, .crowd])
  func unseenLevel(model: ModelChoice) throws {
    let new = "hits,y,kind\n10,0.5,a\n10,0.5,zebra\n10,0.5,b\n"
    let worst = try #require(try ranked(new, model: model, learnedFrom: counts()).first)
    #expect(worst.record == 2 && worst.isFlagged == true && worst.reasons.first?.feature == "kind")
  }

  @Test("A date centuries off does not hide another one", arguments: [ModelChoice.automatic, .crowd])
  func sentinelDate(model: ModelChoice) throws {
    var generator = SeededGenerator(seed: 8)
    let rows = (0..<150).map { row in
      "\(row == 9 ? "9999-12-31" : "2019-0\(1 + generator.nextIndex(below: 9))-1\(generator.nextIndex(below: 9))"),\(generator.nextUnitFloat())"
    }
    let learned = "day,x\n" + rows.joined(separator: "\n")
    let new = "day,x\n2019-05-11,0.5\n1900-01-01,0.5\n2035-01-01,0.5\n2100-01-01,0.5\n"
    let flags = try ranked(new, model: model, learnedFrom: learned).sorted { $0.record < $1.record }
    #expect(flags.map(\.isFlagged) == [false, true, true, true])
  }

  @Test("A measure that is asked for is not raised")
  func askedMeasure() throws {
    var options = options(.principalComponents, scoresWhatItLearns: false)
    options.errorMeasure = .meanSquared
    let detector = try Detector.fit(SmallData.source(), options: options)
    #expect(detector.record.scoreRaise == nil)
  }

  @Test("Ordinary rows of the learned table keep the model's own score")
  func ordinaryRows() throws {
    let detector = try Detector.fit(SmallData.source(), options: options(.local, scoresWhatItLearns: false))
    let raise = try #require(detector.record.scoreRaise)
    let samples = try detector.score(SmallData.source(seed: 11)).largest(.max)
    #expect(samples.allSatisfy { $0.reasons.allSatisfy { $0.usual == nil } })
    #expect(raise.score(0.5, evidence: 0) == 0.5)
  }
}
