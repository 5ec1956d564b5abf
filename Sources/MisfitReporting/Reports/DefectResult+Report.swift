import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitReports

extension ConfusionCounts {
  /// The counts as JSON.
  var json: JSONObject {
    [
      "truePositives": JSONValue(truePositives), "falsePositives": JSONValue(falsePositives),
      "falseNegatives": JSONValue(falseNegatives), "trueNegatives": JSONValue(trueNegatives),
      "f1": JSONValue(f1), "bestF1": JSONValue(bestF1), "bestF1Threshold": JSONValue(bestF1Threshold),
    ]
  }

  /// The counts as text: `140 of 149 flagged, and 7 of 149 others: F1 0.927 (at best 0.941, for scores from
  /// 0.0497 on)`.
  fileprivate var text: String {
    let (anomalies, others) = (truePositives + falseNegatives, falsePositives + trueNegatives)
    var text =
      "\(NumberText.grouped(truePositives)) of \(NumberText.grouped(anomalies)) flagged, and "
      + "\(NumberText.grouped(falsePositives)) of \(NumberText.grouped(others)) others"
    if let f1 { text += ": F1 \(NumberText.fixed(f1, decimals: 3))\(bestText)" }
    return text
  }

  /// The best F1 and where it is reached, in parentheses: ` (at best 0.941, for scores from 0.0497 on)`.
  ///
  /// Empty without anomalies.
  fileprivate var bestText: String {
    guard let bestF1, let bestF1Threshold else { return "" }
    return
      " (at best \(NumberText.fixed(bestF1, decimals: 3)), for scores from "
      + "\(NumberText.significant(bestF1Threshold)) on)"
  }
}

extension DefectResult {
  /// The figures as JSON.
  var json: JSONObject {
    var object: JSONObject = [
      "images": JSONValue(figures.imageCount), "imagesWithDefect": JSONValue(figures.defectImageCount),
      "regions": JSONValue(figures.regionCount), "pixels": JSONValue(figures.pixelCount),
      "pixelsOfDefects": JSONValue(figures.defectPixelCount),
      "imageAUROC": JSONValue(images.areaUnderROC),
      "imageAveragePrecision": JSONValue(images.averagePrecision),
      "imageConfusion": .object(confusion.json),
      "pixelAUROC": JSONValue(figures.areaUnderROC), "pixelAUROCError": JSONValue(figures.areaUnderROCError),
      "pixelAveragePrecision": JSONValue(figures.averagePrecision),
      "aupro": JSONValue(figures.areaUnderOverlap), "auproLimit": JSONValue(DefectFigures.overlapLimit),
      "hitsAtOneFalseRegion": JSONValue(figures.hitShareAtOneFalseRegion),
      "oneFalseRegionThreshold": JSONValue(figures.oneFalseRegionThreshold),
      "pixelBestF1": JSONValue(figures.bestF1), "pixelBestF1Threshold": JSONValue(figures.bestF1Threshold),
    ]
    guard let atThreshold = figures.atThreshold else { return object }
    object["atThreshold"] = [
      "threshold": JSONValue(atThreshold.threshold), "pixelPrecision": JSONValue(atThreshold.precision),
      "pixelRecall": JSONValue(atThreshold.recall), "pixelF1": JSONValue(atThreshold.f1),
      "hits": JSONValue(atThreshold.hitShare),
      "falseRegionsPerImage": JSONValue(atThreshold.falseRegionsPerImage),
    ]
    return object
  }

  /// The figures as lines of text.
  package var lines: [String] {
    var lines: [String] = []
    if let area = images.areaUnderROC, let precision = images.averagePrecision {
      lines.append(
        "annotated images: AUROC \(Self.text(area)), average precision \(Self.text(precision)); "
          + confusion.text)
    }
    if let area = figures.areaUnderROC, let precision = figures.averagePrecision,
      let overlap = figures.areaUnderOverlap, let best = figures.bestF1
    {
      let atThreshold = figures.atThreshold.map { "\(Self.text($0.f1)) at the threshold, " } ?? ""
      lines.append(
        "pixels: AUROC \(Self.text(area)), average precision \(Self.text(precision)), "
          + "AUPRO \(Self.text(overlap)), F1 \(atThreshold)\(Self.text(best)) at best")
    }
    if let hits = figures.hitShareAtOneFalseRegion {
      let atThreshold = figures.atThreshold.map {
        ", and \(Self.percent($0.hitShare)) with "
          + "\(NumberText.significant($0.falseRegionsPerImage, digits: 2)) at the threshold"
      }
      lines.append(
        "defects: \(Self.percent(hits)) of \(CountText.of(figures.regionCount, "region")) hit with one false "
          + "region an image\(atThreshold ?? "")")
    }
    return lines
  }

  /// The figures as a table with their meaning.
  var table: HTMLReport.Table {
    var rows: [(String, Double?, String)] = [
      ("AUROC of images", images.areaUnderROC, "how well scores separate images with a defect from others"),
      ("Average precision of images", images.averagePrecision, "the area under precision and recall"),
      ("AUROC of pixels", figures.areaUnderROC, "how well the maps separate pixels of defects from others"),
      ("Average precision of pixels", figures.averagePrecision, "the area under precision and recall"),
      (
        "AUPRO", figures.areaUnderOverlap,
        "the share of each defect that is found, up to a false-positive rate of 0.3 (MVTec AD)"
      ),
      ("Best F1 of pixels", figures.bestF1, "at the best threshold of the maps"),
      (
        "Defects hit at one false region", figures.hitShareAtOneFalseRegion,
        "the share of \(CountText.of(figures.regionCount, "region")), with one false region an image"
      ),
    ]
    if let atThreshold = figures.atThreshold {
      rows.append(("F1 of pixels at the threshold", atThreshold.f1, "precision and recall of flagged pixels"))
      rows.append(("Defects hit at the threshold", atThreshold.hitShare, "the share of annotated regions"))
      rows.append(
        ("False regions at the threshold", atThreshold.falseRegionsPerImage, "connected regions an image"))
    }
    return HTMLReport.Table(
      caption: "Maps and scores against the annotated defects",
      columns: [
        HTMLReport.Column("figure"), HTMLReport.Column("value", kind: .number), HTMLReport.Column("meaning"),
      ],
      rows: rows.map { name, value, meaning in
        HTMLReport.Row([
          HTMLReport.Cell(name), HTMLReport.Cell(number: value, text: value.map(Self.text)),
          HTMLReport.Cell(meaning),
        ])
      })
  }

  private static func text(_ value: Double) -> String { NumberText.fixed(value, decimals: 3) }
  private static func percent(_ share: Double) -> String { "\(NumberText.fixed(share * 100, decimals: 1)) %" }
}

extension ScoreSummary {
  /// The evaluation by labels and annotations as lines of text, without the AUROC of labels.
  package var evaluationLines: [String] {
    (confusion.map { ["at the threshold: \($0.text)"] } ?? []) + (defects?.lines ?? [])
  }
}

extension DetectionReport {
  /// Returns the decisions and maps compared with labels and annotations; empty without them.
  func evaluationBlocks(of summary: ScoreSummary) -> [HTMLReport.Block] {
    var blocks: [HTMLReport.Block] = []
    if let confusion = summary.confusion {
      blocks.append(.table(Self.table(of: confusion, what: "Samples", ("labeled anomalous", "other labels"))))
    } else if let confusion = summary.defects?.confusion {
      blocks.append(.table(Self.table(of: confusion, what: "Images", ("with a defect", "without"))))
    }
    if let defects = summary.defects { blocks.append(.table(defects.table)) }
    return blocks
  }

  private static func table(
    of counts: ConfusionCounts, what: String, _ names: (anomalies: String, others: String)
  ) -> HTMLReport.Table {
    func row(_ name: String, _ flagged: Int, _ others: Int) -> HTMLReport.Row {
      HTMLReport.Row([
        HTMLReport.Cell(name), HTMLReport.Cell(number: Double(flagged), text: NumberText.grouped(flagged)),
        HTMLReport.Cell(number: Double(others), text: NumberText.grouped(others)),
      ])
    }
    let f1 = counts.f1.map { ", F1 \(NumberText.fixed($0, decimals: 3))" } ?? ""
    return HTMLReport.Table(
      caption: "\(what) at the threshold\(f1)\(f1.isEmpty ? "" : counts.bestText)",
      columns: [
        HTMLReport.Column(what.lowercased()), HTMLReport.Column("flagged", kind: .number),
        HTMLReport.Column("not flagged", kind: .number),
      ],
      rows: [
        row(names.anomalies, counts.truePositives, counts.falseNegatives),
        row(names.others, counts.falsePositives, counts.trueNegatives),
      ])
  }
}
