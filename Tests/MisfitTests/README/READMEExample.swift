import Misfit

/// The README's library code, verbatim between the two marks, followed by other tasks of the library.
func readmeExample() async throws {
  // README begins
  let rows = try CSVSource("sensors.csv")
  let detector = try Detector.fit(rows)
  for sample in try detector.score(rows).largest(10) { print(sample.id, sample.score, sample.reasons) }
  try detector.save("sensors.misfit")
  // README ends
  print("stream")
  for try await batch in try detector.scores(of: rows) {
    print(batch.scores.max() ?? 0)
  }
  readmeAnalytics(
    try ModelComparison([
      NamedErrors(name: "old", errors: old), NamedErrors(name: "new", errors: new),
    ]))
}

private let (old, new) = ([0.2, 0.9, 0.4, 0.3], [0.1, 0.7, 0.2, 0.3])

/// Rankings, quantiles, histograms and comparisons of anyone's numbers, with no model at all.
private func readmeAnalytics(_ comparison: ModelComparison) {
  var top = TopK<String>(2)
  var histogram = AutomaticHistogram()
  var sketch = QuantileSketch()
  for (row, error) in old.enumerated() {
    top.update(score: error, row: row, payload: "sample \(row)")
    histogram.update(error)
    sketch.update(error)
  }
  print(top.ranking.map(\.payload), sketch.quantile(0.5) ?? 0, histogram.value?.count ?? 0)
  print(comparison.pairs[0].firstWinRate ?? 0)
}
