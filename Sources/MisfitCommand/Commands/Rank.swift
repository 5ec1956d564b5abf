import Misfit
import MisfitReporting

/// The verb `misfit rank`.
struct Rank: Verb {
  static let name = "rank"
  static let summary = "Shows the most anomalous samples, and the reasons."
  static let examples = [
    Example("misfit rank model.misfit new.csv --top 20"),
    Example("misfit rank model.misfit new.csv --smallest", "the most normal samples"),
  ]

  var count = 20
  var reasonCount = 3
  var order = RankingOrder.largest
  var target = TargetPath()
  var decision = ScoringDecision()
  var subject = ModelAndData()
  var badData: BadDataFlags? { subject.input.badData }

  static var arguments: [Argument<Rank>] {
    Flag("-n, --top N", \.count, .integer(in: 1...100_000), help: "The number of samples.")
    Flag(
      "--reasons N", \.reasonCount, .integer(in: 0...1_000),
      help: "The number of reasons for each sample.")
    Switch("--smallest", \.order, sets: .smallest, help: "List the smallest scores instead of the largest.")
    Shared(\.target)
    Shared(\.decision)
    Shared(\.subject)
  }

  func check() throws(ArgumentError) { try decision.check() }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    var scoring = try subject.scoring(target, readsTwice: decision.rule.needsAllScores)
    let interruption = Interruption.watch()
    defer { interruption.end() }
    scoring = try scoring.deciding(by: decision.rule, on: terminal, until: interruption)
    var flaggedCount = 0
    var groups = terminal.wantsJSON ? GroupReasons(scoring.detector) : nil
    var ranking = TopK<ScoredSample>(count, order: order)
    try scoring.forEachBatch(shownOn: terminal, until: interruption) { batch in
      if decision.flags.failsOnAnomaly { flaggedCount += batch.flaggedCount }
      groups?.update(batch)
      for index in 0..<batch.count {
        ranking.update(
          score: batch.score(at: index), row: batch.record(at: index), payload: batch.sample(at: index))
      }
    }
    let samples = ranking.ranking.map(\.payload)
    for line in RankingText.lines(samples, reasonCount: reasonCount) { try terminal.print(line) }
    if ranking.nanCount > 0 {
      terminal.messages.warning("\(ranking.nanCount) samples have a score that is not a number, and no rank")
    }
    try terminal.finish(json: JSONText.compact(.object(json(samples, scoring, groups))))
    return decision.flags.status(flagged: flaggedCount)
  }

  private func json(
    _ samples: [ScoredSample], _ scoring: Scoring, _ groups: GroupReasons?
  ) -> JSONObject {
    var object: JSONObject = [
      "model": JSONValue(subject.model), "source": JSONValue(scoring.source.name),
      "scoreMeasure": JSONValue(scoring.detector.calibration.measure.rawValue),
      "order": JSONValue(order.rawValue),
      "decision": .object(
        scoring.detector.json(of: scoring.decision ?? scoring.detector.decision())),
      "samples": .array(
        samples.enumerated().map { .object($1.json(rank: $0 + 1, reasonCount: reasonCount)) }),
    ]
    if let groups { object["groups"] = .object(groups.json) }
    return object
  }
}
