import Misfit
import MisfitCore
import MisfitImages
import MisfitPlots
import MisfitReports

extension DetectionReport {
  /// The images to draw, chosen during the pass that scores them, and the files that they go to.
  struct ImageReport {
    var choice: ImageSelection
    let files: ImageFiles
    var findings = ImageFindings()
  }

  /// Returns the choice of images to draw; nil if there are none.
  ///
  /// - Throws: ``FileError`` if the files cannot be written; ``ImageFolderOutput/OutputError``.
  func imageSelection(
    for scoring: Scoring, _ summary: ScoreSummary, in folder: ReportFolder
  ) throws -> ImageReport? {
    guard scoring.detector.showsPictures, drawnImages != .none else { return nil }
    return ImageReport(
      choice: ImageSelection(
        drawnImages, threshold: summary.decision.threshold,
        hasScoreMaps: scoring.detector.schema.hasScoreMaps,
        keepsSamples: !scoring.selectsRecords,
        sampleByteCount: 3 * MemoryLayout<Float>.size * scoring.detector.schema.shape.elementCount),
      files: try ImageFiles(
        folder.path, escapesFormulas: escapesFormulas, in: folder.group, source: scoring.source))
  }

  /// Draws the chosen images, and adds what was found to the summary.
  ///
  /// - Throws: ``IngestError``, ``ImageError``, ``FileError``, and the errors of `onProgress`.
  func drawImages(
    _ report: ImageReport, of scoring: Scoring, into summary: inout ScoreSummary,
    _ folder: inout ReportFolder, _ onProgress: (Int, Int) throws -> Void
  ) throws -> ImageReport {
    var report = report
    let scale = report.choice.scale
    let pass = ImagePass(
      scoring: scoring, selection: report.choice,
      drawer: ImageDrawer(detector: scoring.detector, scale: scale),
      listed: Set(summary.worst.map(\.record)), files: report.files)
    report.findings = try pass.run(onProgress: onProgress)
    try report.files.finish()
    summary.regions = report.findings.regions
    summary.images = ImageCounts(
      drawnCount: report.findings.drawnCount, imageWithRegionsCount: report.findings.imageWithRegionsCount,
      regionCount: report.findings.regionCount, unitText: Self.unitText(scale))
    folder.note("regions.csv", "one row a region above the threshold: image, box, area, peak")
    folder.note("pictures.csv", "one row a drawn image: its regions, and the paths of its pictures")
    return report
  }

  private static func unitText(_ scale: MapScale?) -> String {
    switch scale {
    case .threshold: "the threshold of the score"
    case .pixelError:
      "the pixel error that 1 in 1,000 pixels of images that are not flagged exceeds"
    case nil: "none: no image has an error"
    }
  }

  /// Returns the sections of the page that show images.
  ///
  /// - Throws: ``ImageError``.
  func imageSections(_ report: ImageReport, of summary: ScoreSummary) throws -> [HTMLReport.Section] {
    let findings = report.findings
    let isEmbedded = findings.isEmbedded
    func strip(_ title: String, _ records: [Int]) -> HTMLReport.Strip {
      HTMLReport.Strip(
        title, records.compactMap { findings.examples[$0]?.pictures(isEmbedded: isEmbedded) })
    }
    let examples = report.choice.examples
    return [
      HTMLReport.Section(
        "Examples",
        [
          .strips([
            strip("Most anomalous", examples.worst), strip("Nearest to the threshold", examples.nearest),
            strip("Most usual", examples.usual),
          ]), try scaleFigure(of: summary),
        ]),
      HTMLReport.Section("The images", [.table(imageTable(of: findings, isEmbedded: isEmbedded))]),
    ]
  }

  /// Returns the color scale of the maps, with its meaning.
  private func scaleFigure(of summary: ScoreSummary) throws(ImageError) -> HTMLReport.Block {
    let (width, height) = (512, 20)
    let row = (0..<width).flatMap { column -> [UInt8] in
      let color = HeatScale.colors[column * 256 / width]
      return [color.red, color.green, color.blue]
    }
    let image = Image(
      height: height, width: width, channels: 3, pixels: Array(repeatElement(row, count: height).joined()))
    return .figure(
      HTMLReport.Figure(
        png: try PNGEncoder.encode(image), alternativeText: "the colors of the maps",
        caption: """
          All maps have one scale, from 0 (usual) at the left to 4 or more. The colors change at 1: \
          \(summary.images?.unitText ?? ""). On overlays, a line surrounds what is above 1 in a flagged \
          image, and a box each connected region.
          """, width: width))
  }

  private func imageTable(of findings: ImageFindings, isEmbedded: Bool) -> HTMLReport.Table {
    let shown = findings.shown
    let hasLabels = shown.contains { $0.sample.label != nil }
    let hasPValues = shown.contains { $0.sample.pValue != nil }
    let rows = shown.enumerated().map { index, finding in
      let cells = [HTMLReport.Cell(number: Double(index + 1), text: "\(index + 1)")]
      return HTMLReport.Row(
        cells + finding.cells(isEmbedded: isEmbedded, hasLabels: hasLabels, hasPValues: hasPValues),
        isMarked: finding.sample.isFlagged == true)
    }
    return HTMLReport.Table(
      caption: caption(of: findings), columns: columns(hasLabels: hasLabels, hasPValues: hasPValues),
      rows: rows, order: HTMLReport.Order(column: 0), hasFilter: true)
  }

  private func columns(hasLabels: Bool, hasPValues: Bool) -> [HTMLReport.Column] {
    var columns = [HTMLReport.Column("rank", kind: .number), HTMLReport.Column("picture")]
    columns.append(HTMLReport.Column("image"))
    if hasLabels { columns.append(HTMLReport.Column("label")) }
    columns.append(HTMLReport.Column("score", kind: .number))
    columns.append(HTMLReport.Column(hasPValues ? "p-value" : "percentile", kind: .number))
    columns += [
      HTMLReport.Column("state"), HTMLReport.Column("regions", kind: .number),
      HTMLReport.Column("peak", kind: .number),
    ]
    return columns
  }

  private func caption(of findings: ImageFindings) -> String {
    let count = findings.drawnCount
    let drawn = CountText.of(count, "drawn image")
    guard count > ImageFindings.shownCount else { return drawn }
    return "\(drawn); the \(NumberText.grouped(ImageFindings.shownCount)) with the largest scores are shown"
  }
}

extension ImageFinding {
  /// Returns the cells of its row after the rank.
  fileprivate func cells(isEmbedded: Bool, hasLabels: Bool, hasPValues: Bool) -> [HTMLReport.Cell] {
    var image = HTMLReport.Cell(nil)
    image.pictures = pictures(isEmbedded: isEmbedded)
    let percentile = HTMLReport.Cell(
      number: sample.percentile, text: sample.percentile.map { NumberText.fixed($0, decimals: 1) })
    let pValue = HTMLReport.Cell(
      number: sample.extrapolatedTail ?? sample.pValue,
      text: sample.pValue.map { NumberText.significant($0, digits: 2) })
    let regionCount = sample.regions.count
    let region = sample.regions.first.map { "\n\($0.boxText)" } ?? ""
    var cells = [image, HTMLReport.Cell(sample.id + region)]
    if hasLabels { cells.append(HTMLReport.Cell(sample.label)) }
    cells.append(HTMLReport.Cell(number: sample.score, text: NumberText.significant(sample.score)))
    cells.append(hasPValues ? pValue : percentile)
    cells.append(HTMLReport.Cell(sample.stateText))
    cells.append(HTMLReport.Cell(number: Double(regionCount), text: NumberText.grouped(regionCount)))
    cells.append(HTMLReport.Cell(number: sample.regions.first?.peak))
    return cells
  }

  /// Returns the pictures for the page: files beside it, or the pictures themselves.
  func pictures(isEmbedded: Bool) -> HTMLReport.Pictures {
    func source(_ kind: PictureKind) -> HTMLReport.Pictures.Source? {
      if isEmbedded, let picture = embedded[kind] { return .data(picture.bytes, isJPEG: picture.isJPEG) }
      return endings[kind] == nil ? nil : .file(path(of: kind))
    }
    var details = ["score \(NumberText.significant(sample.score))", sample.stateText]
    if let label = sample.label { details.append("label \(label)") }
    if !sample.regions.isEmpty { details.append(sample.regionText) }
    return HTMLReport.Pictures(
      title: sample.id, caption: "score \(NumberText.significant(sample.score, digits: 3))",
      detail: details.joined(separator: ", "), isMarked: sample.isFlagged == true,
      thumbnail: source(.thumbnail), original: source(.original), reconstruction: source(.reconstruction),
      map: source(.map), overlay: source(.overlay), link: path(of: .overlay))
  }
}

extension ScoredSample {
  /// Whether the sample is flagged, in a word.
  var stateText: String { isFlagged.map { $0 ? "flagged" : "usual" } ?? "no score" }
}

extension ImageRegion {
  /// The box in words: `12 x 9 pixels at 120,44`.
  var boxText: String { "\(width) x \(height) pixels at \(x),\(y)" }
}
