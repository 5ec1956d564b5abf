import Foundation
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import MisfitReporting

@Suite("The report of a detection")
struct DetectionReportTests {
  let folder: TemporaryFolder
  let out: String

  init() throws {
    folder = try TemporaryFolder()
    out = folder.file("out")
  }

  /// Rows with labels: 36 normal ones, and 4 whose columns contradict each other; the first of these has
  /// `id`.
  private func labelled(id: String = "odd1", column: String = "b") -> String {
    let rows = SmallData.correlated(rows: 36).split(separator: "\n").dropFirst().map { "\($0),fine" }
    let odd = (1...4).map { "\($0 == 1 ? id : "odd\($0)"),0.\($0),5,\(9 - $0),bad" }
    return "id,a,\(column),c,kind\n" + (rows + odd).joined(separator: "\n") + "\n"
  }

  private func source(_ text: String) throws -> CSVSource {
    var options = SmallData.ids
    options.labelColumn = "kind"
    return try CSVSource(text: text, name: "labelled.csv", options: options)
  }

  private func write(_ text: String, hidden: [Int] = [2]) throws -> ScoreSummary {
    let source = try source(text)
    var options = SmallData.options(epochs: 10, hidden: hidden)
    options.rows.validationShare = 0
    let detector = try Detector.fit(source, options: options)
    var report = DetectionReport(try detector.score(source))
    report.command = "misfit detect <x>"
    return try report.write(to: out)
  }

  private func bytes(_ name: String) throws -> [UInt8] { try readBytes(out + "/" + name) }
  private func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  @Test("The folder contains the documented files, and every PNG decodes")
  func files() throws {
    _ = try write(labelled())
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: out))
    let pictures = ["error-histogram", "training-curve", "worst", "code-scatter", "class-errors"]
    let expected =
      ["report.html", "scores.csv", "reasons.csv", "summary.json", "training.csv", "classes.csv"]
      + pictures.flatMap { ["\($0).png", "\($0).svg"] }
    #expect(names == Set(expected))
    for picture in pictures {
      let image = try PNGDecoder.image(ofFile: "\(out)/\(picture).png")
      #expect(image.width > 100 && image.height > 50 && Set(image.pixels).count > 3)
      #expect(try text("\(picture).svg").contains("<svg"))
    }
  }

  @Test("The errors by label are in page, file and summary")
  func classes() throws {
    let summary = try write(labelled())
    let lines = try text("classes.csv").split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines.count == 3 && lines[1][0] == "bad" && lines[1][1] == "4" && lines[2][1] == "36")
    let odd = summary.worst.filter { $0.label == "bad" }.map(\.score)
    #expect(areClose(try #require(Double(lines[1][2])), odd.reduce(0, +) / 4, relative: 1e-9))
    let object = try JSONSerialization.jsonObject(with: Data(bytes("summary.json")))
    let classes = try #require((object as? [String: Any])?["classes"] as? [[String: Any]])
    #expect(classes.map { $0["label"] as? String } == ["bad", "fine"])
    #expect(classes[0]["flagged"] as? Int == Int(lines[1][8]))
    #expect(try text("report.html").contains("Scores by label"))
  }

  @Test("A code of one value has no scatter plot")
  func noScatter() throws {
    _ = try write(labelled(), hidden: [1])
    #expect(!FileManager.default.fileExists(atPath: out + "/code-scatter.png"))
  }

  @Test("summary.json is valid, and contains the statistics of the summary")
  func summary() throws {
    let summary = try write(labelled())
    let object = try JSONSerialization.jsonObject(with: Data(bytes("summary.json")))
    let json = try #require(object as? [String: Any])
    let keys: Set = [
      "source", "samples", "flagged", "errorMeasure", "threshold", "thresholdQuantile", "calibratedOn",
      "scores", "scoreMeasure",
      "measures", "anomalyLabel", "auroc", "averagePrecision", "worst", "training",
    ]
    #expect(keys.isSubset(of: Set(json.keys)), "missing: \(keys.subtracting(json.keys))")
    #expect(json["samples"] as? Int == 40)
    #expect(json["flagged"] as? Int == summary.flaggedCount)
    let worst = try #require(json["worst"] as? [[String: Any]])
    #expect(worst.map { $0["id"] as? String } == summary.worst.map { $0.id })
    #expect(worst.count == 20)
    #expect((worst.first?["reasons"] as? [[String: Any]])?.isEmpty == false)
  }

  @Test("scores.csv has one row a sample, with the scores of the detector")
  func scores() throws {
    let summary = try write(labelled())
    let lines = try text("scores.csv").split(separator: "\n")
    #expect(lines.first == "id,label,score,percentile,p_value,flag,error")
    #expect(lines.count == 41)
    let fields = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(fields.count { $0[5] == "1" } == summary.flaggedCount)
    let worst = try #require(summary.worst.first)
    let row = try #require(fields.first { $0[0] == worst.id[...] })
    #expect(Float(row[2]) == Float(worst.score))
    #expect(row[1] == worst.label.map { $0[...] })
  }

  @Test("Plots of a model's own scores do not call them errors")
  func ownScores() throws {
    let errors = try DetectionPlots(write(labelled()))
    #expect(errors.errorHistogram?.title == "Reconstruction errors")
    #expect((errors.worstSamples(atMost: 3) as? ReasonBars)?.subtitle?.contains("squared error") == true)
    var options = SmallData.options()
    options.model = .neighbors
    let detector = try Detector.fit(source(labelled()), options: options)
    let scores = try DetectionPlots(
      DetectionReport(detector.score(source(labelled()))).write(to: out))
    #expect(scores.errorHistogram?.title == "Scores")
    #expect(
      (scores.worstSamples(atMost: 3) as? ReasonBars)?.subtitle == "each feature's share of the row's score")
  }

  @Test("The AUROC is Evaluation's of the same errors, for the rarer label")
  func evaluation() throws {
    let summary = try write(labelled())
    let source = try source(labelled())
    let errors = try summary.detector.score(source).scores()
    let expected = Evaluation(scores: errors, isAnomaly: (0..<40).map { $0 >= 36 })
    #expect(summary.anomalyLabel == "bad")
    #expect(summary.evaluation?.areaUnderROC == expected.areaUnderROC)
    #expect(summary.evaluation?.averagePrecision == expected.averagePrecision)
    var options = ScoreSummary.Options()
    options.anomalyLabel = "fine"
    let other = try DetectionReport(summary.detector.score(source), options: options).write(to: out)
    let area = try #require(expected.areaUnderROC)
    #expect(areClose(other.evaluation?.areaUnderROC ?? -1, 1 - area, relative: 1e-9))
  }

  @Test("The page names the worst samples, and escapes ids and column names")
  func escaping() throws {
    let summary = try write(
      labelled(id: "<script>alert('id')</script>&", column: "<img src=x onerror=alert(1)>"))
    let page = try text("report.html")
    for sample in summary.worst where !sample.id.contains("<") { #expect(page.contains(sample.id)) }
    #expect(summary.worst.contains { $0.id.contains("<script>") })
    #expect(page.contains("&lt;script&gt;alert("))
    #expect(page.contains("&lt;img src=x"))
    #expect(!page.contains("<script>alert("))
    #expect(!page.contains("<img src=x"))
    #expect(page.contains("misfit detect &lt;x&gt;"))
    for picture in ["worst", "error-histogram"] {
      let svg = try text("\(picture).svg")
      #expect(!svg.contains("<script>alert(") && !svg.contains("<img src=x"))
    }
  }

  @Test("A folder of images has pictures of the worst ones, the anomalous one first")
  func images() throws {
    let pictures = folder.file("pictures")
    try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
    for index in 0..<24 {
      // Brightness falls from left to right; one picture is the other way round.
      let pixels = (0..<36).map { place -> UInt8 in
        let column = place % 6
        return UInt8(20 + 40 * (index == 13 ? column : 5 - column) + index % 5)
      }
      try PNGEncoder.write(
        Image(height: 6, width: 6, channels: 1, pixels: pixels), to: "\(pictures)/p\(index).png")
    }
    let source = try ImageFolderSource(pictures)
    let detector = try Detector.fit(source, options: SmallData.options(epochs: 30))
    #expect(detector.network.architecture.outputActivation == .sigmoid)
    let summary = try DetectionReport(detector.score(source)).write(to: out)
    #expect(summary.worst.first?.id == "p13.png")
    #expect(summary.worst.allSatisfy { $0.reasons.isEmpty && $0.input.count == 36 })
    let image = try PNGDecoder.image(ofFile: out + "/worst.png")
    #expect(image.width > 100 && image.height > 100)
    #expect(try text("report.html").contains("p13.png"))
  }

  @Test("An empty summary has no statistics, and its folder can be written")
  func nothing() throws {
    let detector = try SmallData.detector()
    let summary = ScoreSummary(detector: detector, sourceName: "none")
    #expect(summary.count == 0 && summary.worst.isEmpty && summary.evaluation == nil)
    #expect(DetectionPlots(summary).errorHistogram == nil)
    #expect(DetectionPlots(summary).worstSamples(atMost: 5) == nil)
    #expect(JSONText.compact(.object(summary.json)).contains(#""samples":0"#))
  }

  @Test("The rarer of two labels is the anomaly, and none if they are equally frequent")
  func equallyRare() {
    #expect(LabelMeaning.rarer(of: [("x", 3), ("a", 3)]) == nil)
    #expect(LabelMeaning.rarer(of: [("x", 2), ("a", 3)]) == "x")
    #expect(LabelMeaning.rarer(of: [("x", 2)]) == nil)
    #expect(LabelMeaning.rarer(of: [("x", 2), ("y", 2), ("z", 2)]) == nil)
  }
}
