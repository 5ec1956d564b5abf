import MisfitCore

/// Fills row stores from sources: with the training rows, the held-out rows, and those of a validation
/// source.
struct Filling {
  /// The choice of the held-out rows, at the first row.
  let choice: RowChoice
  let rowCount: Int
  let options: TrainingData.Options

  /// The sources to read and their encoders.
  struct Plan {
    let source: any RecordSource
    let fingerprint: ContentFingerprint
    let filler: RowFiller
    let validationSource: (any RecordSource)?
    let validationFiller: RowFiller?

    /// The encoder of the validation rows.
    var heldFiller: RowFiller { validationFiller ?? filler }
  }

  /// The filled stores, and the fingerprints of the record names.
  struct Filled {
    let training: RowStore
    let validation: RowStore?
    let names: NameFingerprint
    let validationNames: NameFingerprint
  }

  /// Matches the validation source to the schema.
  ///
  /// - Throws: ``IngestError`` if the samples of the validation source have another shape, or lack columns.
  func plan(
    _ source: any RecordSource, _ survey: Survey, validationSource: (any RecordSource)?
  ) throws(IngestError) -> Plan {
    let filler = RowFiller(survey.schema, source.layout)
    var validationFiller: RowFiller?
    var matched = validationSource
    if let validationSource {
      let (other, source) = try filler.matching(validationSource)
      (validationFiller, matched) = (other, source)
    }
    return Plan(
      source: source, fingerprint: survey.fingerprint, filler: filler, validationSource: matched,
      validationFiller: validationFiller)
  }

  /// Reads all rows; `other` fills the same number of rows into stores that keep the same order.
  ///
  /// - Throws: ``IngestError``, and the errors of `onRows`.
  func fill(_ plan: Plan, beside other: Plan?, onRows: (Int) throws -> Void) throws -> Filled {
    let limit = Int(Double(options.memoryLimitBytes) * validationShare)
    let training = plan.filler.store(
      options.seed, limit: options.memoryLimitBytes - limit, beside: other?.filler)
    let validation =
      hasValidation ? plan.heldFiller.store(options.seed, limit: limit, beside: other?.heldFiller) : nil
    var (choice, fingerprint) = (choice, ContentFingerprint())
    var (names, validationNames) = (NameFingerprint(), NameFingerprint())
    try plan.filler.forEachBatch(of: plan.source, threadCount: options.threadCount) { batch, rows in
      fingerprint.update(batch)
      if other != nil { names.update(batch) }
      try plan.filler.append(batch, rows) { choice.next() ? validation ?? training : training }
      try onRows(training.rowCount + (validation?.rowCount ?? 0))
    }
    guard fingerprint == plan.fingerprint else {
      throw IngestError(.changedBetweenPasses, at: InputPosition(source: plan.source.name))
    }
    if let source = plan.validationSource, let filler = plan.validationFiller, let validation {
      try filler.forEachBatch(of: source, threadCount: options.threadCount) { batch, rows in
        if other != nil { validationNames.update(batch) }
        try filler.append(batch, rows) { validation }
      }
      guard validation.rowCount > 0 else {
        throw IngestError(.tooFewRows(0, needed: 1), at: InputPosition(source: source.name))
      }
    }
    try training.finish()
    try validation?.finish()
    return Filled(
      training: training, validation: validation, names: names, validationNames: validationNames)
  }

  private var hasValidation: Bool { choice.heldOutCount > 0 || options.validationSource != nil }

  /// The share of the memory for validation rows; a quarter if their number is not known.
  private var validationShare: Double {
    guard hasValidation else { return 0 }
    let held = choice.heldOutCount
    let count = options.validationSource?.layout.rowCount ?? held
    return count > 0 ? Double(count) / Double(rowCount - held + count) : 0.25
  }
}

extension TrainingData.Options {
  /// The validation rows and their targets; nil if there are no validation rows or no targets.
  ///
  /// - Throws: ``IngestError`` if validation rows are given without their targets.
  func validationPairs() throws(IngestError) -> PairedSource? {
    guard let validationSource else { return nil }
    guard targetSource != nil else { return nil }
    guard let validationTargetSource else {
      throw IngestError(.noValidationTargets, at: InputPosition(source: validationSource.name))
    }
    return try PairedSource(input: validationSource, target: validationTargetSource)
  }
}
