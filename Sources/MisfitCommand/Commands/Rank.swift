import Misfit

/// `misfit rank`.
struct Rank: Verb {
  static let name = "rank"
  static let summary = "Shows the samples that fit a model worst, and what made them so."
  static let examples = [
    Example("misfit rank model.misfit new.csv --top 20"),
    Example("misfit rank model.misfit new.csv --smallest", "the most ordinary samples"),
  ]

  var count = 20
  var reasonCount = 3
  var order = RankingOrder.largest
  var target = TargetPath()
  var subject = ModelAndData()

  static var arguments: [Argument<Rank>] {
    Flag("-n, --top N", \.count, .integer(in: 1...100_000), help: "How many samples.")
    Flag(
      "--reasons N", \.reasonCount, .integer(in: 0...1_000),
      help: "How many features are told for each sample.")
    Switch("--smallest", \.order, sets: .smallest, help: "The smallest errors instead of the largest.")
    Shared(\.target)
    Shared(\.subject)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let scoring = try subject.scoring(target)
    let interruption = Interruption.watch()
    defer { interruption.end() }
    var ranking = TopK<ScoredSample>(count, order: order)
    try scoring.forEachBatch(shownOn: terminal, until: interruption) { batch in
      for index in 0..<batch.count {
        ranking.update(
          score: batch.error(at: index), row: batch.record(at: index), payload: batch.sample(at: index))
      }
    }
    let samples = ranking.ranking.map(\.payload)
    for line in RankingText.lines(samples, reasonCount: reasonCount) { try terminal.print(line) }
    if ranking.nanCount > 0 {
      terminal.messages.warning("\(ranking.nanCount) samples have an error that is not a number, and no rank")
    }
    try terminal.finish(json: JSONText.compact(.object(json(samples, scoring))))
    return .done
  }

  private func json(_ samples: [ScoredSample], _ scoring: Scoring) -> JSONObject {
    [
      "model": JSONValue(subject.model), "source": JSONValue(scoring.source.name),
      "errorMeasure": JSONValue(scoring.detector.calibration.measure.rawValue),
      "order": JSONValue(order.rawValue),
      "samples": .array(
        samples.enumerated().map { .object($1.json(rank: $0 + 1, reasonCount: reasonCount)) }),
    ]
  }
}
