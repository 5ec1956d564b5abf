import Misfit
import MisfitAnalytics
import MisfitReporting

/// A fit that shows its progress and stops cleanly on Ctrl-C.
struct FitSession {
  let terminal: Terminal
  /// The prefix of messages if several models are fitted.
  var name: String?
  /// Whether notes on the data are printed; false for further fits on the same data.
  var reportsData = true
  /// Whether epochs are logged if standard error is not a terminal.
  var logsEpochs = true
  /// The TensorBoard log of the run; nil for none.
  var log: TensorBoardLog?

  /// Fits a model, and prints notes on the data and the choices.
  ///
  /// - Throws: The errors of the fit; for an interrupted fit, ``Interrupted`` after printing a message.
  func fit(_ source: any RecordSource, _ options: FitOptions) throws -> (
    detector: Detector, choices: [Choice]
  ) {
    let interruption = Interruption.watch(graceSeconds: options.run.checkpointPath == nil ? 1 : 10)
    defer { interruption.end() }
    if reportsData {
      SourceText.printNotes(of: source, on: terminal)
      if let targets = options.rows.targetSource { SourceText.printNotes(of: targets, on: terminal) }
    }
    var reading: (pass: Int, line: RowProgressLine)?
    var choices: [Choice] = []
    var training: TrainingProgressLine?
    var working: (activity: FitActivity, count: Int, line: RowProgressLine)?
    var epochCount = 0
    var rowCount = 0
    do {
      let detector = try Detector.fit(source, options: options) { event in
        try log?.record(event)
        switch event {
        case .reading(let pass, let rows):
          if reading?.pass != pass { reading = (pass, readingLine(pass: pass)) }
          reading?.line.update(rowCount: rows)
          try interruption.check()
        case .loaded(let schema, let rows, let held):
          reading?.line.finish()
          rowCount = rows
          noteData(schema, rows: rows, held: held, source: source)
          if options.series == nil { noteTime(schema) }
        case .loadedTargets(let schema): noteTargets(schema)
        case .series(let notes): for note in notes { terminal.messages.note(note.shown) }
        case .tiled(let note):
          let remedy = options.model == .repair ? "" : " (--whole learns whole images)"
          terminal.messages.note(note.shown + remedy)
        case .lacksOneDNN(let note): terminal.messages.note(note.shown)
        case .collapsed(let start, let share):
          training?.finish()
          terminal.messages.note(
            """
            the network has learned no more than the mean image (its error is \
            \(NumberText.significant(share * 100, digits: 3)) % of the images' variance): start \(start) has \
            other weights
            """)
          training = TrainingProgressLine(terminal.messages, epochCount: epochCount, rowCount: rowCount)
        case .planned(let plan, let made):
          choices = made
          notePlan(plan, made)
          if let epochs = plan.training?.epochs {
            epochCount = epochs
            training = TrainingProgressLine(terminal.messages, epochCount: epochCount, rowCount: rowCount)
          }
        case .member(let member, let count):
          training?.finish()
          terminal.messages.note("network \(member) of \(count)")
          training = TrainingProgressLine(terminal.messages, epochCount: epochCount, rowCount: rowCount)
        case .working(let activity, let count, let total):
          if working?.activity != activity || count < working?.count ?? 0 {
            working = (activity, 0, RowProgressLine(activity.rawValue, terminal.messages))
          }
          working?.count = count
          working?.line.update(rowCount: count, share: Double(count) / Double(max(total, 1)))
        case .prepared: break
        case .usesFloat32(let reason):
          terminal.messages.warning("--precision bf16: \(reason) Training stays in f32.")
        case .resumed(let epochs):
          terminal.messages.note("going on after epoch \(epochs), with the options the run began with")
        case .training(let event): show(event, on: training)
        case .calibrating(let fold, let count):
          training?.finish()
          working?.line.finish()
          working = nil
          noteCalibration(fold: fold, of: count, isOfSeries: options.series != nil)
          try interruption.check()
        }
      } shouldStop: {
        interruption.isRequested
      }
      training?.finish()
      working?.line.finish()
      warn(of: detector)
      return (detector, choices)
    } catch let error as FitError {
      training?.finish()
      working?.line.finish()
      guard case .interrupted = error.kind else { throw error }
      terminal.messages.warning(error.diagnosis.text(naming: OptionFlags.text))
      throw Interrupted()
    } catch {
      reading?.line.finish()
      training?.finish()
      working?.line.finish()
      throw error
    }
  }

  /// Prints the cost of a cross-validation once, and counts its refits on a terminal.
  private func noteCalibration(fold: Int, of count: Int, isOfSeries: Bool) {
    if fold == 1, isOfSeries {
      terminal.messages.note(
        """
        calibrating on every row: \(count) refits, each without one of \(count) parts of each series, take \
        about \(count) times as long as the fit
        """
      )
    } else if fold == 1 {
      terminal.messages.note(
        """
        calibrating on every row by cross-validation: \(count) refits, each without one row in \(count), \
        take about \(count) times as long as the fit (--calibration split takes held-out rows instead)
        """
      )
    }
    if terminal.messages.stream.isTerminal {
      terminal.messages.note("calibration: refit \(fold) of \(count)")
    }
  }

  /// Prints warnings that put the result in doubt.
  private func warn(of detector: Detector) {
    let record = detector.training
    if let first = record.epochs.first, record.epochs.count > 1, let last = record.trainLoss,
      last >= first.trainLoss
    {
      terminal.messages.warning(
        """
        the loss did not fall: the model has learned next to nothing; try a lower --learning-rate or another \
        --seed
        """
      )
    }
    if let share = detector.shareOfVariance, share > 0.95 {
      terminal.messages.warning(
        """
        the network has learned little more than the mean of the samples: its error is \
        \(NumberText.significant(share * 100, digits: 2)) % of their variance; try --loss mse, a lower \
        --learning-rate, more --patience or --model pca
        """)
    }
    if let trimming = record.trimming { terminal.messages.note(trimming.text) }
    noteThreshold(of: detector)
    if detector.calibration.isSteered == true {
      terminal.messages.note(
        """
        few rows were held out, so that the same ones choose when to stop and calibrate: p-values are a \
        little too small
        """
      )
    }
    if detector.calibration.origin == .training {
      terminal.messages.note(
        """
        too few rows were held out to calibrate on: the threshold is that of the rows trained on, and new \
        data may be flagged more often
        """
      )
    }
  }

  /// Notes that the threshold is not the usual quantile, or that images form a group whose quantile it is.
  private func noteThreshold(of detector: Detector) {
    guard !detector.scoresWindows else { return }
    let calibration = detector.calibration
    let isOfImages = detector.schema.shape.imageExtents != nil
    if calibration.threshold.quantile == nil, calibration.threshold.value.isFinite {
      let boundary = NumberText.significant(calibration.threshold.value)
      let count = calibration.scores.count(above: calibration.threshold.value) ?? 0
      terminal.messages.note(
        !isOfImages
          ? """
          the scores of \(CountText.of(count, "row")) lie far above all others, and these are flagged \
          (--quantile 0.99: 1 % are)
          """
          : calibration.origin.isOfLearnedRows
            ? """
            the scores fall into two groups, and those above \(boundary) are flagged (--quantile 0.99: 1 % \
            are)
            """
            : """
            the scores of \(CountText.of(count, "image")) lie far above all others, and the threshold below \
            them: if these are normal, give --quantile 0.99
            """)
    } else if isOfImages, !calibration.origin.isOfLearnedRows, let groups = ScoreGroups(calibration.scores),
      groups.shareAbove < 0.5
    {
      let boundary = NumberText.significant(groups.boundary)
      let count = Int((groups.shareAbove * Double(calibration.scores.count)).rounded())
      terminal.messages.note(
        """
        the scores of \(CountText.of(count, "image")) form a group of their own, above \(boundary), and the \
        threshold is theirs: if these are not normal, remove them from the images to learn from, or flag \
        from there with --threshold \(boundary)
        """)
    }
  }

  /// Returns a progress line for a pass; each pass has its own rate.
  private func readingLine(pass: Int) -> RowProgressLine {
    RowProgressLine(pass == 1 ? "looking through" : "encoding", terminal.messages)
  }

  private func show(_ event: Trainer.Event, on line: TrainingProgressLine?) {
    switch event {
    case .progress(let epoch, let rowsDone, _, let meanLoss):
      line?.update(epoch: epoch, rowsDone: rowsDone, loss: meanLoss)
    case .epoch(let record) where logsEpochs || terminal.messages.stream.isTerminal:
      line?.finishEpoch(
        record.epoch, loss: record.trainLoss, validationLoss: record.validationLoss,
        elapsedSeconds: record.elapsedSeconds ?? 0)
    case .epoch: break
    case .learningRateLowered(let epoch, let rate):
      terminal.messages.note("learning rate \(NumberText.significant(rate)) from epoch \(epoch + 1) on")
    case .stoppedEarly(let epoch, let best):
      line?.finish()
      terminal.messages.note(
        "stopped after epoch \(epoch): the loss was best in epoch \(best), whose weights are kept")
    case .timeIsUp(let epoch, let best):
      line?.finish()
      let kept = best.map { "the weights of epoch \($0) are kept" } ?? "its weights are kept"
      terminal.messages.note(
        "the time was up after epoch \(epoch): \(kept); how far training came depends on the machine, so "
          + "another fit may give other numbers")
    }
  }

  private func noteData(_ schema: Schema, rows: Int, held: Int, source: any RecordSource) {
    guard reportsData else { return }
    let shape = shapeText(schema)
    terminal.messages.note(
      "\(CountText.of(rows, "row")) to learn from, \(NumberText.grouped(held)) held out, \(shape), "
        + "\(schema.scalingText)"
    )
    if let constant = constantText(schema) { terminal.messages.note(constant) }
    noteLeftOut(schema)
    noteNotations(schema)
    for column in schema.countingColumns.prefix(1) {
      let name = schema.featureName(at: column)
      let typed = name.contains(" ") ? "\"\(name)\"" : name
      terminal.messages.note(
        "\"\(name)\" seems to count the rows, and is learned from: --id \(typed) makes it their name, "
          + "--ignore \(typed) leaves it out"
      )
    }
  }

  /// Prints the columns that the model ignores, as a warning for columns of text, since they may contain
  /// information, and the columns whose numbers are log-compressed.
  private func noteLeftOut(_ schema: Schema) {
    let leftOut = schema.table?.columns.filter { !$0.isUsed } ?? []
    for column in leftOut.prefix(20) {
      if column.kind == .text {
        terminal.messages.warning(column.leftOutText.shown)
      } else {
        terminal.messages.note(column.leftOutText.shown)
      }
    }
    if leftOut.count > 20 { terminal.messages.note("and \(leftOut.count - 20) more columns are left out") }
    let remarks = schema.table?.columns.compactMap(\.remark) ?? []
    for remark in remarks.prefix(20) { terminal.messages.note(remark.shown) }
    if remarks.count > 20 { terminal.messages.note("and \(remarks.count - 20) more columns with such notes") }
    for column in schema.compressedColumns.prefix(20) {
      terminal.messages.note(column.compressionText)
    }
  }

  /// Prints the notations of numbers that are not plain, and the columns of numbers that are taken for text.
  private func noteNotations(_ schema: Schema) {
    let used = schema.table?.used ?? []
    for column in used.filter({ $0.unreadNumbers != nil }).prefix(20) {
      terminal.messages.warning(
        "\"\(column.name)\" is taken for \(column.kind.rawValue): \(column.unreadNumbers?.shown ?? "")")
    }
    var names: [String: [String]] = [:]
    for column in used where !column.notation.notes.isEmpty {
      names[column.notation.notes.joined(separator: ", "), default: []].append("\"\(column.name)\"")
    }
    for (notes, columns) in names.sorted(by: { $0.key < $1.key }) {
      let more = columns.count > 5 ? " and \(columns.count - 5) more" : ""
      terminal.messages.note("\(columns.prefix(5).joined(separator: ", "))\(more): \(notes)")
    }
  }

  /// Prints that rows are in the order of a column of dates, so that windows could score them.
  private func noteTime(_ schema: Schema) {
    guard reportsData, let table = schema.table else { return }
    let ordered = table.used.indices.filter { table.ordersRows[$0] }
    guard ordered.count == 1, let column = ordered.first else { return }
    let name = schema.featureName(at: column)
    terminal.messages.note(
      "rows are in the order of \"\(name)\": --time \(name.contains(" ") ? "\"\(name)\"" : name) would score "
        + "them by the rows before and after them")
  }

  private func noteTargets(_ schema: Schema) {
    guard reportsData else { return }
    terminal.messages.note("a target for each: \(shapeText(schema)), \(schema.scalingText)")
  }

  private func shapeText(_ schema: Schema) -> String {
    schema.shape.imageExtents == nil
      ? CountText.of(schema.shape.elementCount, "column") : "images of \(schema.shape)"
  }

  /// Returns a note on the constant columns; pixels are counted, since their names carry no information.
  private func constantText(_ schema: Schema) -> String? {
    let names = schema.constantColumnNames
    guard !names.isEmpty else { return nil }
    guard schema.shape.imageExtents == nil else {
      return names.count == 1
        ? "1 pixel never changes" : "\(NumberText.grouped(names.count)) pixels never change"
    }
    let more = names.count > 8 ? " and \(NumberText.grouped(names.count - 8)) more" : ""
    let first = names.prefix(8).joined(separator: ", ")
    return "one value only, so any other will be an outlier: \(first)\(more)"
  }

  private func notePlan(_ plan: FitPlan, _ choices: [Choice]) {
    let prefix = name.map { "\($0): " } ?? ""
    for choice in choices {
      terminal.messages.note(
        "\(prefix)chose \(OptionFlags.text(choice.option, choice.value)): \(choice.reason)")
    }
    if choices.isEmpty, plan.family != .autoencoder {
      terminal.messages.note("\(prefix)model \(plan.family.name)")
    }
    if let layers = plan.architecture { terminal.messages.note("\(prefix)network \(layers.summary)") }
  }
}
