import Misfit
import MisfitReporting
import MisfitReports

/// The run of `misfit watch` on a folder of images: each image is scored as soon as it is complete.
///
/// The folder and its sub-folders are listed several times a second. An image is complete if its file has not
/// changed between two listings and can be decoded; so a program may write it in place, or move it there.
final class ImageWatch {
  /// What a run is to do.
  struct Settings {
    var folder = ""
    var modelPath = ""
    /// The folder of the pictures of flagged images; nil writes none.
    var output: String?
    var format = ObservationFormat.text
    /// Whether images that are there already are passed over.
    var onlyNew = false
  }

  private let settings: Settings
  private let terminal: Terminal
  private let detector: Detector
  private let output: WatchOutput
  private var pictures: FlaggedPictures?
  private var arrivals: ImageArrivals
  private var imageCount = 0
  private var flaggedCount = 0
  private var failedCount = 0

  /// Loads the model.
  ///
  /// - Throws: ``ArgumentError`` for a model that is not one of images; ``FileError``.
  init(_ settings: Settings, on terminal: Terminal) throws {
    self.settings = settings
    self.terminal = terminal
    detector = try Detector.load(settings.modelPath)
    guard detector.schema.shape.imageExtents != nil, detector.targetSchema == nil else {
      throw ArgumentError(
        .conflict(
          "a folder is watched for images, and \(settings.modelPath) is no model of images alone",
          remedy: "give a model that was fitted on a folder of images, without targets"))
    }
    output = try WatchOutput("-", keeping: nil)
    if let folder = settings.output {
      pictures = try Self.pictures(in: folder, of: detector, watching: settings.folder)
    }
    arrivals = ImageArrivals(folder: settings.folder)
    if settings.onlyNew { try arrivals.passOver() }
  }

  /// Returns the pictures of flagged images.
  ///
  /// - Throws: ``ArgumentError`` if the model has no maps, or if pictures would be watched; ``FileError``.
  private static func pictures(
    in folder: String, of detector: Detector, watching watched: String
  ) throws -> FlaggedPictures {
    guard let pictures = try FlaggedPictures(folder, of: detector) else {
      throw ArgumentError(
        .conflict(
          "--output needs a model whose scores are those of maps", remedy: "fit it with --tile N, or omit -o")
      )
    }
    guard !pictures.isIn(watched) else {
      throw ArgumentError(
        .conflict(
          "the pictures in \(folder) would be scored as images of \(watched)",
          remedy: "give an --output outside of it"))
    }
    return pictures
  }

  /// Scores images until the run is interrupted.
  ///
  /// - Throws: ``FileError`` if the folder cannot be listed, or a line cannot be written.
  func run(until interruption: Interruption) throws {
    terminal.messages.note("watching \(settings.folder) for images; Ctrl-C ends it")
    if settings.format == .csv {
      let pictures = pictures == nil ? "" : ",overlay"
      try output.write(Array("id,score,percentile,p_value,flag\(pictures)\n".utf8))
    }
    while !interruption.isRequested {
      for image in try arrivals.next() where !interruption.isRequested { try take(image) }
      FileSystem.pause(milliseconds: ImageArrivals.intervalMilliseconds)
    }
    let failures = failedCount > 0 ? ", \(NumberText.grouped(failedCount)) could not be read" : ""
    terminal.messages.note(
      "\(CountText.of(imageCount, "image")) scored, \(NumberText.grouped(flaggedCount)) anomalous\(failures)")
  }

  private func take(_ image: ImageArrivals.Arrival) throws {
    let sample: ScoredSample
    var drawn: FlaggedPictures.Drawn?
    do {
      guard let scored = try score(image) else { return }
      sample = scored
      if sample.isFlagged == true { drawn = try pictures?.drawn(sample, path: image.path) }
    } catch let error as any DiagnosableError {
      // Perhaps it is still being written.
      guard arrivals.isGivenUp(image) else { return }
      failedCount += 1
      terminal.messages.warning(error.diagnosis.text(naming: OptionFlags.text))
      return
    }
    arrivals.finish(image)
    imageCount += 1
    if sample.isFlagged == true { flaggedCount += 1 }
    if let drawn { try pictures?.write(drawn) }
    try output.write(line(sample, overlay: drawn?.overlayPath))
  }

  private func score(_ image: ImageArrivals.Arrival) throws -> ScoredSample? {
    let source = try detector.open([image.path], options: SourceOptions())
    var sample: ScoredSample?
    try detector.score(source).forEachBatch { sample = $0.sample(at: 0) }
    sample?.id = image.id
    return sample
  }

  private func line(_ sample: ScoredSample, overlay: String?) -> [UInt8] {
    let isFlagged = sample.isFlagged == true
    switch settings.format {
    case .jsonl:
      var object = sample.json(reasonCount: 0)
      object["record"] = JSONValue(imageCount)
      if let overlay { object["overlay"] = JSONValue(overlay) }
      return Array((JSONText.compact(.object(object)) + "\n").utf8)
    case .csv:
      return CSVText().row(
        [
          sample.id, CSVText.number(sample.score), CSVText.number(sample.percentile),
          CSVText.number(sample.pValue), isFlagged ? "1" : "0",
        ] + (pictures == nil ? [] : [overlay ?? ""]))
    case .text:
      let pValue = sample.pValue.map { ", p-value \(NumberText.significant($0, digits: 2))" } ?? ""
      let score = NumberText.significant(sample.score)
      let finding = isFlagged ? "anomalous" : "normal"
      let picture = overlay.map { "; \($0)" } ?? ""
      return Array(
        (VisibleText.lines("\(sample.id): \(finding), score \(score)\(pValue)\(picture)") + "\n").utf8)
    }
  }
}
