/// An option or operation that a message advises to use.
///
/// Libraries name options by these values, never by a program's words for them. ``description`` is the Swift
/// declaration; the `misfit` command shows its flags and verbs instead.
package enum OptionName: String, CaseIterable, Hashable, Sendable {
  // Reading data.
  case idColumn, labelColumn, ignoredColumns, keptColumns, labelsPath, testLabelsPath
  case delimiter, hasHeader, hasNoHeader, skippedLineCount, comment, encoding
  case decimal, thousands, dateOrder, columnKind, missingWords, keptWords
  case badData, memoryLimit, imageSize, isGrey, tileSide, tileScore, boxSize, regionOfInterest
  // Fitting.
  case model, components, neighborCount, referenceLimit, trimmedShare, contaminatedShare
  case architecture, hidden, decoder, activation, outputActivation, isTied, initialization, noise
  case sparsity, contraction, loss, optimizer, learningRate, momentum, weightDecay, clipNorm, precision
  case epochs, timeLimit, batchSize, patience, plateauPatience, shardCount
  case seed, scaling, errorMeasure, calibration, validation, targetSource, validationTargetSource, resumes
  // Series.
  case timeColumn, seriesColumn, window, gaps
  // Downloading.
  case mirror
  // Exporting.
  case exportsTiles
  // Operations.
  case inspect, fit, score, calibrate, reconstruct, encode, draw, download

  /// The Swift declaration.
  package var declaration: String {
    switch self {
    case .idColumn, .labelColumn, .ignoredColumns, .keptColumns, .labelsPath, .delimiter, .hasHeader,
      .skippedLineCount, .comment, .encoding, .badData:
      "SourceOptions.\(rawValue)"
    case .testLabelsPath: "SourceOptions.labelsPath"
    case .hasNoHeader: "SourceOptions.hasHeader"
    case .decimal, .thousands: "SourceOptions.numbers.\(rawValue)"
    case .dateOrder: "SourceOptions.typing.dateOrder"
    case .columnKind: "SourceOptions.typing.kinds"
    case .missingWords: "SourceOptions.typing.missingWords"
    case .keptWords: "SourceOptions.typing.keptWords"
    case .imageSize: "ImagePreparation.size"
    case .isGrey: "ImagePreparation.isGrey"
    case .tileSide: "ImagePreparation.tiles"
    case .tileScore: "FitOptions.rows.patchScore"
    case .regionOfInterest: "ImagePreparation.region"
    case .boxSize: "DefectAnnotations.BoxOptions.size"
    case .model, .components, .scaling, .seed: "FitOptions.\(rawValue)"
    case .architecture, .hidden, .decoder, .activation, .outputActivation, .isTied, .initialization:
      "FitOptions.network.\(rawValue)"
    case .loss, .optimizer, .epochs, .batchSize, .patience, .plateauPatience, .clipNorm, .noise, .precision,
      .shardCount:
      "FitOptions.training.\(rawValue)"
    case .timeLimit: "FitOptions.training.timeLimitSeconds"
    case .learningRate, .momentum, .weightDecay: "FitOptions.training.optimizer.\(rawValue)"
    case .sparsity, .contraction: "FitOptions.training.penalties"
    case .neighborCount: "FitOptions.neighbors.count"
    case .referenceLimit, .trimmedShare: "FitOptions.neighbors.\(rawValue)"
    case .contaminatedShare: "FitOptions.rows.contamination"
    case .validation: "FitOptions.rows.validationShare"
    case .targetSource, .validationTargetSource: "FitOptions.rows.\(rawValue)"
    case .errorMeasure: "FitOptions.scores.measure"
    case .calibration: "FitOptions.scores.calibration"
    case .memoryLimit: "FitOptions.run.memoryLimitBytes"
    case .resumes: "FitOptions.run.resumes"
    case .timeColumn, .seriesColumn, .window, .gaps: "SeriesOptions.\(rawValue)"
    case .mirror: "Dataset.download(from:)"
    case .exportsTiles: "Detector.exportONNX(ofTiles:)"
    case .inspect: "TableInspection"
    case .fit: "Detector.fit"
    case .score: "Detector.score"
    case .draw: "DetectorDrawings"
    case .calibrate: "Detector.calibrated(on:)"
    case .reconstruct, .encode: "Detector.reconstruct(_:)"
    case .download: "Dataset.download(to:)"
    }
  }
}

extension OptionName: CustomStringConvertible {
  /// The Swift declaration in code quotes: `` `FitOptions.training.loss` ``.
  package var description: String { "`\(declaration)`" }
}
