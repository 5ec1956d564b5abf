import Misfit

// The code of the article LibraryTasks, task by task: a test compares both texts. This target sees only what
// is public, as a program does.

// Task: Fit on a CSV file
func fitOnFile() throws -> Detector {
  let rows = try CSVSource("sensors.csv")
  return try Detector.fit(rows)
}

// Task: Fit on rows in memory
func fitOnRows(_ rows: [[Float]]) throws -> Detector {
  let source = try MemorySource(rows: rows, columns: ["load", "flow", "heat"])
  return try Detector.fit(source)
}

// Task: Fit on records in memory
func fitOnRecords(_ records: [[String: Double]]) throws -> Detector {
  let table = try CSVSource(records: records)
  return try Detector.fit(table)
}

// Task: Fit on a folder of images
func fitOnImages() throws -> Detector {
  let images = try ImageFolderSource("photos", preparation: ImagePreparation(isGrey: true))
  let options = FitOptions(network: .init(hidden: [8]), training: .init(epochs: 2))
  return try Detector.fit(images, options: options)
}

// Task: Choose a model and watch it learn
func fitNetwork(on rows: any RecordSource) throws -> Detector {
  let options = FitOptions(
    model: .autoencoder, network: .init(hidden: [4, 2]), training: .init(epochs: 3), seed: 7)
  return try Detector.fit(rows, options: options) { progress in
    if case .epoch(let epoch, let loss, _) = progress { print("epoch \(epoch): loss \(loss)") }
  }
}

// Task: Score a source
func worstRows(of rows: any RecordSource, by detector: Detector) throws -> [ScoredSample] {
  let scoring = try detector.score(rows)
  return try scoring.largest(10)
}

// Task: Score one row
func scoreOne(by detector: Detector) throws -> [Double] {
  let row = try detector.score([0.2, 1.4, 0.9])
  let record = try detector.score(["load": 0.2, "flow": 1.4, "heat": 0.9])
  return [row.score, record.score]
}

// Task: Score rows as they arrive
func alarms(in readings: AsyncStream<[Float]>, by detector: Detector) async throws -> [ScoredSample] {
  var alarms: [ScoredSample] = []
  for try await sample in detector.scores(of: readings) where sample.isFlagged == true {
    alarms.append(sample)
  }
  return alarms
}

// Task: Find where an image is anomalous
func regions(of photos: ImageFolderSource, by detector: Detector) throws -> [ImageRegion] {
  let worst = try detector.score(photos).largest(10)
  return worst.flatMap(\.regions).filter { $0.area >= 12 && $0.peak > 1.5 }
}

// Task: Limit false alarms
func discoveries(in rows: any RecordSource, by detector: Detector) throws -> [ScoredSample] {
  let scoring = try detector.score(rows).flagging(by: .falseDiscoveryRate(0.1))
  return try scoring.largest(100).filter { $0.isFlagged == true }
}

// Task: Explain a score
func explain(_ sample: ScoredSample) {
  for reason in sample.reasons.prefix(3) {
    print("\(reason.feature): \(reason.value), expected \(reason.expected), share \(reason.share)")
  }
}

// Task: Save and load
func savedAndLoaded(_ detector: Detector) throws -> Detector {
  try detector.save("sensors.misfit")
  return try Detector.load("sensors.misfit")
}

// Task: Rank numbers
func largestErrors(_ errors: [Double]) -> [Int] {
  var top = TopK<Int>(3)
  for (index, error) in errors.enumerated() { top.update(score: error, row: index, payload: index) }
  return top.ranking.map(\.payload)
}

// Task: Quantiles and a histogram of numbers
func summary(of errors: [Double]) -> (median: Double?, histogram: Histogram?) {
  var (sketch, histogram) = (QuantileSketch(), AutomaticHistogram())
  for error in errors { sketch.update(error); histogram.update(error) }
  return (sketch.quantile(0.5), histogram.value)
}

// Task: Compare two models by their errors
func winRate(of old: [Double], over new: [Double]) throws -> Double? {
  let models = [NamedErrors(name: "old", errors: old), NamedErrors(name: "new", errors: new)]
  return try ModelComparison(models).pairs[0].firstWinRate
}

// Task: A source of your own
struct Sines: RecordSource {
  let name = "sines"
  let layout = RecordLayout(shape: .row(2), columns: ["sine", "cosine"], rowCount: 1_000)
  func makeReader() -> any RecordReader { Reader() }

  final class Reader: RecordReader {
    var index = 0

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      batch.reset(firstRecord: index + 1)
      while batch.rowCount < batch.capacity, index < 1_000 {
        batch.append([Double(index % 17) / 17, Double(index % 5) / 5])
        index += 1
      }
      return batch.rowCount > 0
    }
  }
}

// Task: Export a model to ONNX
func exportForRuntimes(_ detector: Detector, to path: String) throws -> [String] {
  let export = try detector.exportONNX(path)
  print(export.outputs, export.largestDifference)
  return export.inputs
}

// Task: Handle errors
func fitOrExplain(_ path: String) -> Detector? {
  do { return try Detector.fit(CSVSource(path)) } catch let error as any MisfitError {
    print(error.problem, error.position?.line ?? 0, error.remedy ?? "")
  } catch { print(error) }
  return nil
}
