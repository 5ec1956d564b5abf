import MisfitAnalytics
import MisfitCore

extension Detector {
  /// The score above which samples are flagged, unless another rule is given.
  public var threshold: Double { calibration.threshold.value }

  /// Returns the same detector, calibrated on the scores of other rows, which should be normal.
  ///
  /// The threshold is the quantile of these scores at `quantile`; nil keeps the quantile of the fit.
  ///
  /// - Throws: ``IngestError`` if the rows cannot be read; another ``MisfitError`` if none has a score.
  public func calibrated(on source: any RecordSource, quantile: Double? = nil) throws -> Detector {
    var errors = CalibrationScores()
    try score(source).forEachBatch { batch in
      for score in batch.scores { errors.update(score) }
    }
    return try calibrated(with: errors, of: source.name, quantile: quantile)
  }

  /// Returns the same model, calibrated with other scores; weights are shared, not copied.
  ///
  /// `source` is the name of the rows' source. The threshold is the quantile of the scores at `quantile`; nil
  /// keeps the quantile of the fit.
  ///
  /// - Throws: ``CalibrationError``.
  package func calibrated(
    with errors: CalibrationScores, of source: String, quantile: Double? = nil
  ) throws(CalibrationError) -> Detector {
    guard calibration.scores.count > 0 else { throw CalibrationError(.unfinishedModel) }
    guard errors.finiteCount > 0 else { throw CalibrationError(.noErrors(source)) }
    let quantile = quantile ?? calibration.threshold.quantile ?? FitOptions.Scores().quantile
    var record = record
    record.calibration.scores = errors.calibration
    record.calibration.origin = .given
    record.calibration.isSteered = nil
    record.calibration.foldCount = nil
    record.calibration.source = source
    record.calibration.threshold =
      record.calibration.scores.conformalThreshold(atQuantile: quantile) ?? calibration.threshold
    return Detector(record: record, model: model)
  }
}

/// An error for a model that cannot be calibrated.
package struct CalibrationError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The model is the checkpoint of an unfinished run, which would be lost.
    case unfinishedModel
    /// No row of the source has a finite error; the source's name.
    case noErrors(String)
  }

  /// The kind of the error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The problem, its position and a remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .unfinishedModel:
      Diagnosis(
        "the model is an unfinished run, which a calibration would end",
        remedy: "finish it with \(.fit) and \(.resumes), and calibrate the result")
    case .noErrors(let source):
      Diagnosis(
        "no row has an error that is a number", at: InputPosition(source: source),
        remedy: "give rows that are known to be normal")
    }
  }
}
