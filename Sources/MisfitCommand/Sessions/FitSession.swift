import Misfit

/// A fit that shows its progress and ends well on Ctrl-C.
struct FitSession {
  let terminal: Terminal
  /// What stands before messages where several models are fitted.
  var name: String?

  /// Fits, telling what was found and chosen.
  ///
  /// - Throws: what fitting throws; an interrupted fit is told, and thrown as ``Interrupted``.
  func fit(_ source: any RecordSource, _ options: FitOptions) throws -> (
    detector: Detector, choices: [Choice]
  ) {
    let interruption = Interruption.watch()
    defer { interruption.end() }
    for note in source.layout.notes { terminal.messages.note("\(source.name): \(note)") }
    let reading = RowProgressLine("reading", terminal.messages)
    var choices: [Choice] = []
    var training: TrainingProgressLine?
    var epochCount = 0
    var rowCount = 0
    do {
      let detector = try Detector.fit(source, options: options) { event in
        switch event {
        case .reading(_, let rows):
          reading.update(rowCount: rows)
          try interruption.check()
        case .loaded(let schema, let rows, let held):
          reading.finish()
          rowCount = rows
          tell(schema, rows: rows, held: held, source: source)
        case .chosen(let made, let architecture, let plan):
          choices = made
          epochCount = plan.epochs
          tell(made, architecture)
          training = TrainingProgressLine(terminal.messages, epochCount: epochCount, rowCount: rowCount)
        case .resumed(let epochs):
          terminal.messages.note("going on after epoch \(epochs), with the options the run began with")
        case .training(let event): show(event, on: training)
        }
      } shouldStop: {
        interruption.isRequested
      }
      training?.finish()
      return (detector, choices)
    } catch let error as FitError {
      training?.finish()
      guard case .interrupted = error.kind else { throw error }
      terminal.messages.warning(error.diagnosis.description)
      throw Interrupted()
    } catch {
      reading.finish()
      training?.finish()
      throw error
    }
  }

  private func show(_ event: Trainer.Event, on line: TrainingProgressLine?) {
    switch event {
    case .progress(let epoch, let rowsDone, _, let meanLoss):
      line?.update(epoch: epoch, rowsDone: rowsDone, loss: meanLoss)
    case .epoch(let record):
      line?.finishEpoch(
        record.epoch, loss: record.trainLoss, validationLoss: record.validationLoss,
        elapsedSeconds: record.elapsedSeconds)
    case .learningRateLowered(let epoch, let rate):
      terminal.messages.note("learning rate \(NumberText.significant(rate)) from epoch \(epoch + 1) on")
    case .stoppedEarly(let epoch, let best):
      terminal.messages.note(
        "stopped after epoch \(epoch): the loss was best in epoch \(best), whose weights are kept")
    }
  }

  private func tell(_ schema: Schema, rows: Int, held: Int, source: any RecordSource) {
    let shape =
      schema.shape.imageExtents == nil ? "\(schema.shape.elementCount) columns" : "images of \(schema.shape)"
    let prefix = name.map { "\($0): " } ?? ""
    terminal.messages.note(
      "\(prefix)\(NumberText.grouped(rows)) rows to learn from, \(NumberText.grouped(held)) held out, \(shape), \(schema.scalingText)"
    )
    let constant = schema.constantColumnNames
    guard !constant.isEmpty else { return }
    let names =
      constant.prefix(8).joined(separator: ", ")
      + (constant.count > 8 ? " and \(constant.count - 8) more" : "")
    terminal.messages.note("constant in training, so any other value is odd: \(names)")
  }

  private func tell(_ choices: [Choice], _ architecture: Architecture) {
    for choice in choices {
      terminal.messages.note("chose --\(choice.option) \(choice.value): \(choice.reason)")
    }
    terminal.messages.note("network \(architecture.summary)")
  }
}
