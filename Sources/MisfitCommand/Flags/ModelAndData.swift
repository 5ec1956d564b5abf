import Misfit

/// The arguments of a verb that scores data with a model.
struct ModelAndData: FlagSet {
  var model = ""
  var data: [String] = []
  var input = InputFlags()
  var machine = MachineFlags()

  static var arguments: [Argument<ModelAndData>] {
    Positional("MODEL", \.model, .path, help: "A file that `misfit fit` wrote.")
    Positional(
      "DATA", each: \.data, .path, atLeast: 1,
      help:
        """
        CSV, JSON, Arrow, IDX, NPY, images (PNG, JPEG, TIFF, WebP, GIF, BMP), a folder of images or tables, \
        `random:NxD`, or `-` for standard input. Columns are matched by name: another order and additional \
        columns are fine. Several tables, folders and quoted patterns such as 'day-*.csv' become one table.
        """
    )
    Shared(\.input)
    Shared(\.machine)
  }

  /// Returns the scoring of the data by the model, with targets if the model needs them.
  ///
  /// `readsTwice` is true if it will make more than one pass.
  func scoring(
    _ target: TargetPath, readsTwice: Bool = false, keeping kept: KeptColumns = .none
  ) throws -> Scoring {
    let (detector, source) = try DataFiles.open(
      model: model, data: data, input, threads: machine.threadCount, readsTwice: readsTwice, keeping: kept)
    let targets = try target.path.map { try detector.openTargets($0, options: input.targetOptions) }
    var scoring = try detector.score(source, targets: targets)
    scoring.threadCount = machine.threadCount
    return scoring
  }

  /// Returns the scoring of the data for its codes and reconstructions, which need no targets.
  func reconstruction() throws -> Scoring {
    let (detector, source) = try DataFiles.open(
      model: model, data: data, input, threads: machine.threadCount)
    var scoring = try detector.reconstruct(source)
    scoring.threadCount = machine.threadCount
    return scoring
  }
}

extension Detector {
  /// Warns if data that should be new to a model is the data that it was fitted on.
  func warn(ofTrainingData paths: [String], named name: String, on terminal: Terminal) {
    guard wasFitted(on: paths) else { return }
    let path = paths.count > 1 ? "\(paths[0]) and \(paths.count - 1) more" : paths[0]
    terminal.messages.warning(
      """
      \(path) is what \(name) was fitted on: its rows have lower scores than new ones; give data that the \
      model has not seen
      """)
  }
}

extension Scoring {
  /// Prints notes on the data, and warns of an unfinished model.
  func printNotes(on terminal: Terminal) {
    SourceText.printNotes(of: source, on: terminal)
    guard detector.calibration.scores.count == 0 else { return }
    terminal.messages.warning("the model is an unfinished run: it has no threshold, and flags nothing")
  }

  /// Calls `body` with each batch, shows the progress, and stops on Ctrl-C.
  func forEachBatch(
    shownOn terminal: Terminal, until interruption: Interruption, _ body: (ScoredBatch) throws -> Void
  ) throws {
    printNotes(on: terminal)
    let progress = RowProgressLine("scoring", terminal.messages)
    defer { progress.finish() }
    var rowCount = 0
    // Rows of series are scored before the first of them is written.
    let scored = try scoringSeries { count in
      try interruption.check()
      progress.update(rowCount: count)
    }
    if let text = scored.series?.unscoredText { terminal.messages.warning(text.shown) }
    try scored.forEachBatch { batch in
      try interruption.check()
      try body(batch)
      rowCount += batch.count
      progress.update(
        rowCount: rowCount,
        share: (stitchesTiles ? source.layout.sampleCount : source.layout.rowCount).map {
          Double(rowCount) / Double(max($0, 1))
        })
    }
  }
}
