import MisfitCore
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Gross outliers")
struct GrossOutlierTests {
  static let models: [ModelChoice] = [
    .automatic, .autoencoder, .ensemble, .wide, .principalComponents, .local, .neighbors, .global,
  ]

  private func options(_ model: ModelChoice, scoresWhatItLearns: Bool) -> FitOptions {
    var options = FitOptions()
    options.model = model
    options.rows.areScored = scoresWhatItLearns
    options.run.threadCount = 2
    switch model {
    case .autoencoder, .ensemble:
      options.network.hidden = [3]
      options.training.epochs = 2
    case .wide: options.network.hidden = [16]
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

  @Test("A cell far beyond the range of its column is ranked first, flagged and named", arguments: 0..<6)
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

  @Test(
    "Every model ranks an extreme number first, next to a sparse and a categorical column", arguments: models)
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

  @Test(
    "All gross outliers are flagged when a table is judged, also if they are more than 1 % of it",
    arguments: [ModelChoice.automatic, .principalComponents, .local])
  func manyGrossOutliers(model: ModelChoice) throws {
    var generator = SeededGenerator(seed: 8)
    let isPlanted = { (row: Int) in row % 25 == 3 }
    let lines = (0..<200).map { row in
      let values = (0..<3).map { column in
        isPlanted(row) && column == row % 3 ? 50 + Float(row) : generator.nextUnitFloat()
      }
      return values.map { "\($0)" }.joined(separator: ",")
    }
    let text = "a,b,c\n" + lines.joined(separator: "\n")
    let flagged = try ranked(text, model: model).filter { $0.isFlagged == true }
    #expect(Set(flagged.map(\.record)) == Set((0..<200).filter(isPlanted).map { $0 + 1 }))
    // A quantile that is asked for is kept, even if it is the usual one.
    var options = options(model, scoresWhatItLearns: true)
    options.scores.quantile = 0.99
    let detector = try Detector.fit(CSVSource(text: text, name: "learned"), options: options)
    #expect(detector.calibration.threshold.quantile == 0.99)
  }

  @Test("Gross outliers whose scores are not far above all others are flagged by their evidence")
  func manyGrossOutliersByEvidence() throws {
    var generator = SeededGenerator(seed: 9)
    // The sum of twelve uniform numbers is nearly normal.
    func normal() -> Float { (0..<12).reduce(-6) { sum, _ in sum + generator.nextUnitFloat() } }
    let planted = Set((0..<5).map { $0 * 17 })
    let lines = (0..<300).map { row in
      let values = (0..<12).map { planted.contains(row) && $0 == row / 17 ? 120 : normal() }
      return values.map { "\($0)" }.joined(separator: ",")
    }
    let text = "a,b,c,d,e,f,g,h,i,j,k,l\n" + lines.joined(separator: "\n")
    let flagged = try ranked(text, model: .automatic).filter { $0.isFlagged == true }
    #expect(Set(flagged.map(\.record)) == Set(planted.map { $0 + 1 }))
  }

  /// Three hosts with very different values; one value of `a` is normal for `c`.
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
    "A value that is normal in its column and anomalous in its group is ranked first",
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
    "Negative counts are flagged, with higher scores for larger ones",
    arguments: [ModelChoice.automatic, .local, .global])
  func negativeCounts(model: ModelChoice) throws {
    let new = "hits,y,kind\n10,0.5,a\n-1,0.5,a\n-999,0.5,a\n-1000000,0.5,a\n"
    let ranked = try ranked(new, model: model, learnedFrom: counts())
    #expect(ranked.map(\.record) == [4, 3, 2, 1])
    #expect(ranked.map(\.isFlagged) == [true, true, true, false])
    #expect(ranked.prefix(3).allSatisfy { $0.reasons.first?.feature == "hits" })
  }

  @Test(
    "Any other value in a constant column is flagged, however small the difference",
    arguments: ["0.000001", "5", "-3000"])
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
    "Another value in a constant column of a table of several kinds is flagged",
    arguments: [ModelChoice.automatic, .principalComponents, .autoencoder, .global],
    [ScalingChoice.automatic, .robust])
  func besideConstantOfAnyKind(model: ModelChoice, scaling: ScalingChoice) throws {
    var generator = SeededGenerator(seed: 9)
    let constants = ["5", "on", "2024-01-01", "true"]
    let rows = (0..<150).map { _ in
      let (x, kind) = (generator.nextUnitFloat(), generator.nextIndex(below: 2) == 0 ? "a" : "b")
      return "\(x),\(kind),\(constants.joined(separator: ","))"
    }
    let header = "x,kind,number,text,date,bool\n"
    let new = [
      "5,on,2024-01-01,true", "6,on,2024-01-01,true", "5,off,2024-01-01,true", "5,on,1999-01-01,true",
      "5,on,2024-01-01,false",
    ]
    var options = options(model, scoresWhatItLearns: false)
    options.scaling = scaling
    let detector = try Detector.fit(
      CSVSource(text: header + rows.joined(separator: "\n"), name: "learned"), options: options)
    let text = header + new.map { "0.5,a,\($0)" }.joined(separator: "\n")
    let samples = try detector.score(CSVSource(text: text, name: "new")).largest(.max).sorted {
      $0.record < $1.record
    }
    #expect(samples.map(\.isFlagged) == [false, true, true, true, true])
    #expect(samples.dropFirst().map { $0.reasons.first?.feature } == ["number", "text", "date", "bool"])
  }

  @Test(
    "Negative counts, and no other values, are flagged in a table of numbers",
    arguments: [ModelChoice.automatic, .principalComponents])
  func negativeCountsAmongNumbers(model: ModelChoice) throws {
    var generator = SeededGenerator(seed: 10)
    let rows = (0..<150).map { _ in
      let (hits, y) = (1 + generator.nextIndex(below: 2000), generator.nextUnitFloat() - 0.5)
      return "\(hits),\(y),\(Double(generator.nextIndex(below: 900)) / 2)"
    }
    let new = "hits,y,halves\n10,0.2,40.5\n-1,0.2,40.5\n10,0.2,-0.5\n"
    let samples = try ranked(new, model: model, learnedFrom: "hits,y,halves\n" + rows.joined(separator: "\n"))
      .sorted { $0.record < $1.record }
    #expect(samples.map(\.isFlagged) == [false, true, false])
    #expect(samples[1].reasons.first?.feature == "hits")
  }

  /// A row an hour from a day of 2024 on.
  private func hours(_ range: Range<Int>) -> [String] {
    var generator = SeededGenerator(seed: UInt64(range.lowerBound))
    return range.map { hour in
      let day = hour / 24
      let time =
        "2024-0\(1 + day / 28)-\("\(101 + day % 28)".dropFirst()) \("\(100 + hour % 24)".dropFirst()):00"
      return "\(time),\(20 + generator.nextUnitFloat()),\(50 + 5 * generator.nextUnitFloat())"
    }
  }

  @Test(
    "Later rows of a table ordered by time are normal, and their time is not a reason",
    arguments: [ModelChoice.automatic, .local, .principalComponents, .neighbors, .global])
  func laterRows(model: ModelChoice) throws {
    let learned = "time,a,b\n" + hours(0..<400).joined(separator: "\n")
    var new = hours(400..<1000)
    new[300] = new[300].split(separator: ",")[0] + ",31,52"
    let samples = try ranked("time,a,b\n" + new.joined(separator: "\n"), model: model, learnedFrom: learned)
    #expect(samples.count { $0.isFlagged == true } < 40)
    #expect(samples[0].record == 301 && samples[0].reasons.first?.feature == "a")
    #expect(samples.allSatisfy { !$0.reasons.contains { $0.feature == "time" && $0.share > 0 } })
  }

  @Test(
    "A date centuries off in a table ordered by time is flagged",
    arguments: ["1723-02-03 10:00", "2724-02-03 10:00"])
  func absurdDate(date: String) throws {
    let learned = "time,a,b\n" + hours(0..<400).joined(separator: "\n")
    let new = "time,a,b\n2024-02-03 10:00,20.5,52\n\(date),20.5,52\n"
    let worst = try #require(try ranked(new, model: .automatic, learnedFrom: learned).first)
    #expect(worst.record == 2 && worst.isFlagged == true && worst.reasons.first?.feature == "time")
    #expect(worst.reasons.first?.text.contains("in training 2024-01-01 00:00 to 2024-01-17 15:00") == true)
    // And among the rows learned from.
    var rows = hours(0..<400)
    rows[200] = date + ",20.5,52"
    let own = try #require(try ranked("time,a,b\n" + rows.joined(separator: "\n"), model: .automatic).first)
    #expect(own.record == 201 && own.reasons.first?.feature == "time")
  }

  @Test("Certain evidence is flagged even if refits score normal rows higher than the model itself")
  func fewRows() throws {
    var generator = SeededGenerator(seed: 12)
    let rows = (0..<100).map { _ in
      (0..<6).map { _ in "\(generator.nextUnitFloat())" }.joined(separator: ",")
        + ",\("pqrs".map(String.init)[generator.nextIndex(below: 4)])"
    }
    let header = "a,b,c,d,e,f,k\n"
    var options = options(.autoencoder, scoresWhatItLearns: false)
    options.training.epochs = 40
    let detector = try Detector.fit(
      CSVSource(text: header + rows.joined(separator: "\n"), name: "learned"), options: options)
    let new = header + "0.5,0.5,0.5,0.5,0.2,0.4,p\n0.5,0.5,0.5,0.5,0.2,0.4,ZZZ\n"
    let samples = try detector.score(CSVSource(text: new, name: "new")).largest(.max)
    #expect(samples.map(\.record) == [2, 1] && samples.map(\.isFlagged) == [true, false])
  }

  @Test(
    "An unseen level is ranked first", arguments: [ModelChoice.automatic, .principalComponents, .global])
  func unseenLevel(model: ModelChoice) throws {
    let new = "hits,y,kind\n10,0.5,a\n10,0.5,zebra\n10,0.5,b\n"
    let worst = try #require(try ranked(new, model: model, learnedFrom: counts()).first)
    #expect(worst.record == 2 && worst.isFlagged == true && worst.reasons.first?.feature == "kind")
  }

  @Test("A date off by centuries does not mask another one", arguments: [ModelChoice.automatic, .global])
  func sentinelDate(model: ModelChoice) throws {
    var generator = SeededGenerator(seed: 8)
    let rows = (0..<150).map { row in
      guard row != 9 else { return "9999-12-31,\(generator.nextUnitFloat())" }
      let (month, day) = (1 + generator.nextIndex(below: 9), generator.nextIndex(below: 9))
      return "2019-0\(month)-1\(day),\(generator.nextUnitFloat())"
    }
    let learned = "day,x\n" + rows.joined(separator: "\n")
    let new = "day,x\n2019-05-11,0.5\n1900-01-01,0.5\n2035-01-01,0.5\n2100-01-01,0.5\n"
    let flags = try ranked(new, model: model, learnedFrom: learned).sorted { $0.record < $1.record }
    #expect(flags.map(\.isFlagged) == [false, true, true, true])
  }

  @Test("The scores of a requested measure are not raised")
  func askedMeasure() throws {
    var options = options(.principalComponents, scoresWhatItLearns: false)
    options.scores.measure = .meanSquared
    let detector = try Detector.fit(SmallData.source(), options: options)
    #expect(detector.record.scoreRaise == nil)
  }

  @Test("Normal training rows keep the model's own score")
  func ordinaryRows() throws {
    let detector = try Detector.fit(SmallData.source(), options: options(.local, scoresWhatItLearns: false))
    let raise = try #require(detector.record.scoreRaise)
    let samples = try detector.score(SmallData.source(seed: 11)).largest(.max)
    #expect(samples.allSatisfy { $0.reasons.allSatisfy { $0.usual == nil } })
    #expect(raise.score(0.5, evidence: 0) == 0.5)
  }
}
