import Misfit

// Article: Series
func events(of path: String, learnedFrom learned: String) throws -> [SeriesEvent] {
  let options = FitOptions(series: SeriesOptions(timeColumn: "time", seriesColumn: "host"))
  let detector = try Detector.fit(CSVSource(learned), options: options)
  let events = try detector.score(detector.open(path)).events()
  for event in events {
    let worst = event.columns[0]
    print(event.series ?? "", event.start, event.end, worst.name, worst.value, worst.expected)
  }
  return events
}
