import Misfit
import MisfitCore
import MisfitModels
import MisfitPlots
import MisfitReports

/// The files of a classification: `predictions.csv`, `confusion-matrix.csv`, `confusion-matrix` as PNG and
/// SVG, and `summary.json`.
package struct ClassificationReport: Sendable {
  /// The classification.
  package let result: NeighborClassification
  /// Whether text that a spreadsheet would evaluate is preceded by an apostrophe; see
  /// ``CSVText/escapesFormulas``.
  package var escapesFormulas = false

  /// Creates the report of a classification.
  package init(_ result: NeighborClassification) { self.result = result }

  /// Writes all files or none, `summary.json` last.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  package func write(to path: String) throws {
    let group = OutputGroup()
    try group.makeDirectory(path)
    try writePredictions(to: "\(path)/predictions.csv", in: group)
    try OutputFile.write(confusionCSV, to: "\(path)/confusion-matrix.csv", in: group)
    if PlotLibraries.missing.isEmpty {
      try OutputFile.write(heatMap.png(), to: "\(path)/confusion-matrix.png", in: group)
      try OutputFile.write(heatMap.svg(), to: "\(path)/confusion-matrix.svg", in: group)
    }
    try OutputFile.write(JSONText.fileBytes(.object(json)), to: "\(path)/summary.json", in: group)
    try group.commit()
  }

  /// The confusion matrix as a picture.
  package var heatMap: HeatMap {
    let accuracy = result.accuracy.map { ", \(NumberText.fixed($0 * 100, decimals: 2)) % right" } ?? ""
    return .confusion(
      subtitle:
        """
        \(NumberText.grouped(result.predictions.count)) samples by \(neighbors) in \
        \(result.representation)\(accuracy)
        """,
      classes: result.classes, counts: result.confusion.counts)
  }

  /// The number of neighbors with its noun: `7 neighbors`.
  package var neighbors: String {
    CountText.of(result.neighborCount, "neighbor")
  }

  /// The times of the run, which no file contains, so that equal runs write equal files.
  package var timesJSON: JSONObject {
    [
      "encodingSeconds": JSONValue(result.encodingSeconds),
      "searchSeconds": JSONValue(result.searchSeconds),
    ]
  }

  /// The figures as JSON.
  package var json: JSONObject {
    [
      "training": JSONValue(result.sourceNames.training), "test": JSONValue(result.sourceNames.test),
      "trainingSamples": JSONValue(result.trainingCount), "samples": JSONValue(result.predictions.count),
      "neighbors": JSONValue(result.neighborCount), "representation": JSONValue(result.representation),
      "width": JSONValue(result.width), "accuracy": JSONValue(result.accuracy),
      "memoryBytes": JSONValue(result.memoryBytes),
      "classes": .array(
        result.classes.enumerated().map { index, name in
          [
            "label": JSONValue(name), "samples": JSONValue(result.confusion.counts[index].reduce(0, +)),
            "recall": JSONValue(result.confusion.recall(ofClass: index)),
            "precision": JSONValue(result.confusion.precision(ofClass: index)),
          ]
        }),
      "confusion": .array(result.confusion.counts.map { JSONValue($0) }),
    ]
  }

  private var csvText: CSVText {
    var text = CSVText()
    text.escapesFormulas = escapesFormulas
    return text
  }

  /// The confusion matrix with one row per true class and one column per predicted class.
  private var confusionCSV: [UInt8] {
    let text = csvText
    var bytes = text.row(["label"] + result.classes)
    for (name, counts) in zip(result.classes, result.confusion.counts) {
      text.append([name] + counts.map { CSVText.number($0) }, to: &bytes)
    }
    return bytes
  }

  private func writePredictions(to path: String, in group: OutputGroup) throws(FileError) {
    let text = csvText
    let file = try OutputFile(path, in: group)
    var bytes = text.row(["id", "label", "predicted", "votes", "right"])
    for prediction in result.predictions {
      let isRight = prediction.actual == prediction.found
      text.append(
        [
          prediction.id, result.classes[prediction.actual], result.classes[prediction.found],
          CSVText.number(prediction.votes), isRight ? "1" : "0",
        ], to: &bytes)
      guard bytes.count > 1 << 16 else { continue }
      try file.write(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    try file.write(bytes)
    try file.commit()
  }
}
