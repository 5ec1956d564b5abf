import Misfit

/// The README's library code, word for word between the two marks.
func readmeExample() async throws {
  // README begins
  let rows = try CSVSource("sensors.csv")
  let detector = try Detector.fit(rows)
  for sample in try detector.score(rows).largest(10) {
    print(sample.id, sample.error, sample.reasons.first?.feature ?? "nothing")
  }
  try detector.save("sensors.misfit")

  let loaded = try Detector.load("sensors.misfit")
  for try await batch in try loaded.scores(of: rows) {
    print(batch.errors.max() ?? 0)
  }

  // The analytics take anybody's numbers, with no model at all.
  let (old, new) = ([0.2, 0.9, 0.4, 0.3], [0.1, 0.7, 0.2, 0.3])
  var top = TopK<String>(2)
  var histogram = AutomaticHistogram()
  for (row, error) in old.enumerated() {
    top.update(score: error, row: row, payload: "sample \(row)")
    histogram.update(error)
  }
  let comparison = try ModelComparison([
    NamedErrors(name: "old", errors: old), NamedErrors(name: "new", errors: new),
  ])
  print(top.ranking.map(\.payload), histogram.value?.counts ?? [], comparison.pairs[0].firstWinRate ?? 0)
  // README ends
}
