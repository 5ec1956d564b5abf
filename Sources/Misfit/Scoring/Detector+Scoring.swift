import MisfitIngest

extension Detector {
  /// Returns a scoring of a source; nothing is computed yet.
  ///
  /// The columns of a table are found by name, in any order, if both it and the model have names; otherwise
  /// their order counts. The images of a folder are prepared as they were for the fit.
  ///
  /// A detector that was fitted with targets needs them here too, one for each sample: the error is the
  /// distance between the target and what the model outputs for the sample.
  ///
  /// - Throws: ``IngestError`` if columns are missing, or the shape of the source is not that of the model;
  ///   another ``MisfitError`` if targets are missing or not needed.
  public func score(
    _ source: any RecordSource, targets: (any RecordSource)? = nil
  ) throws -> Scoring {
    if targetSchema != nil, targets == nil { throw TargetError(.needed, source: source.name) }
    var scoring = try reconstruct(source)
    guard let targets else { return scoring }
    guard let targetSchema else { throw TargetError(.notWanted, source: targets.name) }
    let pairs = try PairedSource(input: scoring.source, target: targets.fitted(to: targetSchema))
    scoring.pairs = pairs
    return scoring
  }

  /// Returns a scoring of a source for its codes and reconstructions, which needs no targets.
  ///
  /// Without targets, all errors of a detector that was fitted with targets are NaN.
  ///
  /// - Throws: ``IngestError`` as for ``score(_:targets:)``.
  public func reconstruct(_ source: any RecordSource) throws -> Scoring {
    Scoring(detector: self, source: try source.fitted(to: schema))
  }

  /// Returns the scored batches of a source as an asynchronous sequence.
  ///
  /// - Throws: ``IngestError`` if the shape of the source is not that of the model.
  public func scores(of source: any RecordSource) throws -> ScoredBatches {
    ScoredBatches(scoring: try score(source))
  }
}
