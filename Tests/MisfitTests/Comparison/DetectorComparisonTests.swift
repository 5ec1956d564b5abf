import Foundation
import MisfitReporting
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Comparison of detectors")
struct DetectorComparisonTests {
  private func comparison(_ first: Detector, _ second: Detector) throws -> DetectorComparison {
    try DetectorComparison(
      [.init(name: "first", detector: first), .init(name: "second", detector: second)],
      measure: .meanSquared, open: { _ in try SmallData.source(rows: 120, seed: 21) })
  }

  @Test("A detector does not differ from itself")
  func itself() throws {
    let detector = try SmallData.detector()
    let comparison = try comparison(detector, detector)
    #expect(comparison.result.pairs.first?.verdict == .noClearDifference)
    #expect(comparison.findings.count == 1)
    #expect(comparison.findings[0].hasPrefix("No clear difference between first and second"))
    #expect(comparison.errors[0].errors == comparison.errors[1].errors)
    #expect(try comparison.errors[0].errors == detector.score(SmallData.source(rows: 120, seed: 21)).scores())
  }

  @Test("A clearly better detector wins, whatever its position")
  func better() throws {
    let poor = try SmallData.detector(epochs: 1, hidden: [1])
    let good = try SmallData.detector(epochs: 60)
    let goodFirst = try comparison(good, poor)
    #expect(goodFirst.result.pairs.first?.verdict == .firstIsLower)
    #expect(goodFirst.findings[0].hasPrefix("first has"))
    let goodSecond = try comparison(poor, good)
    #expect(goodSecond.result.pairs.first?.verdict == .secondIsLower)
    #expect(goodSecond.findings[0].hasPrefix("second has"))
  }

  @Test("Only the selected records are compared")
  func chosen() throws {
    let detector = try SmallData.detector()
    let comparison = try DetectorComparison(
      [.init(name: "a", detector: detector)], measure: .meanAbsolute, records: { $0 % 3 == 0 },
      open: { _ in try SmallData.source() })
    #expect(comparison.result.sampleCount == 20)
  }

  @Test("With labels, the AUROC is that of the report")
  func labels() throws {
    let rows = SmallData.correlated(rows: 20).split(separator: "\n").dropFirst()
    let text =
      "id,a,b,c,kind\n"
      + rows.enumerated().map { "\($1),\($0 % 2 == 0 ? "good" : "scratch")\n" }.joined()
    var options = SmallData.ids
    options.labelColumn = "kind"
    let source = try CSVSource(text: text, options: options)
    let detector = try SmallData.detector()
    let comparison = try DetectorComparison(
      [.init(name: "a", detector: detector)], measure: .meanSquared, open: { _ in source })
    var summary = ScoreSummary(detector: detector, sourceName: "x")
    try detector.score(source).forEachBatch { summary.update($0) }
    let area = try #require(summary.evaluation?.areaUnderROC)
    #expect(comparison.result.models[0].areaUnderROC == area)
  }

  @Test("The folder contains page, pictures and a valid summary; names are escaped")
  func folder() throws {
    let folder = try TemporaryFolder()
    let out = folder.file("comparison")
    let detector = try SmallData.detector()
    let comparison = try DetectorComparison(
      [.init(name: "<b>bold</b>", detector: detector), .init(name: "plain", detector: detector)],
      measure: .meanSquared, open: { _ in try SmallData.source() })
    let page = try ComparisonReport(comparison).write(to: out)
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: out))
    #expect(
      names.isSuperset(of: [
        "report.html", "summary.json", "comparison.png", "comparison.svg", "training-curves.png",
        "training-curves.svg",
      ]))
    for name in names where name.hasSuffix(".png") {
      #expect(try PNGDecoder.image(ofFile: "\(out)/\(name)").width > 100)
    }
    let text = String(decoding: try readBytes(page), as: UTF8.self)
    #expect(text.contains("&lt;b&gt;bold") && !text.contains("<b>bold"))
    let json = try JSONSerialization.jsonObject(with: Data(readBytes(out + "/summary.json")))
    let pairs = (json as? [String: Any])?["pairs"] as? [[String: Any]]
    #expect(pairs?.count == 1)
    #expect(((json as? [String: Any])?["models"] as? [[String: Any]])?.count == 2)
  }
}
