import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// The targets of a batch's samples, encoded and as read.
struct ScoredTargets: Sendable {
  /// The encoded targets: [N, target width].
  let values: FloatSlice
  let records: RecordBatch
}

/// A batch of samples with their scores, reconstructions and reasons.
///
/// Shapes: N samples of D values, codes of C values, reconstructions of T values: D, or the width of the
/// targets. The buffers are reused for the next batch, so copy what you keep.
///
/// If the model works on tiles, a batch is one whole image: its inputs, reconstructions and error map are
/// stitched from the tiles (see ``shape``), its errors combine those of the tiles, and its code is that of
/// the worst tile.
public struct ScoredBatch: Sendable {
  /// The detector that computed the scores.
  package let detector: Detector
  /// The number of samples, N.
  public let count: Int
  /// The samples as the model receives them (scaled): [N, D].
  package let inputs: FloatSlice
  /// The reconstructions (scaled): [N, T].
  package let reconstructions: FloatSlice
  /// The targets (scaled): [N, T]; nil if each sample is its own target, or no targets were given.
  package let targets: FloatSlice?
  /// The codes, which are the values of the bottleneck: [N, C].
  package let codes: FloatSlice
  let targetRecords: RecordBatch?
  let records: RecordBatch
  let errorStore: ErrorStore
  /// The model's own scores: [N]; nil if the detector's measure is a reconstruction error.
  let ownScores: FloatSlice?
  /// The shares of the model's own scores by output: [N, T]; nil if the measure is a reconstruction error,
  /// and for stitched images.
  let shares: FloatSlice?
  /// The scores of pixels, if the model's own score is made from them: [N, pixels].
  private let pixelScores: FloatSlice?
  /// Whether the scores of pixels are errors whose mean is the score.
  let hasErrorMaps: Bool
  /// The evidence of gross outliers and the codes of their subjects, see ``RowResult/evidence``: [N] each;
  /// nil without a check.
  let evidence: (strengths: FloatSlice, codes: FloatSlice)?
  /// The scores of rows of series and of images with a map: [N]; nil for other samples.
  let rowScores: [Double]?
  /// The values of rows of series that are far from their neighbors: [N]; empty if there are none.
  private let rowOutliers: [GrossOutlier?]
  // What is needed for each sample, so that no schema or calibration is copied a sample.
  let measure: ScoreMeasure
  let raise: ScoreRaise?
  /// The changes of scores by feedback; nil without feedback.
  let feedback: FeedbackScores?
  let outputWidth: Int
  /// The shape of a sample: the model's input, or that of a stitched image, whose longer side has at most
  /// 640 pixels.
  public let shape: SampleShape
  /// The shape of a reconstruction: the model's output, or that of a stitched image.
  public let outputShape: SampleShape
  /// The squared error of each pixel of a stitched image, averaged over channels: [height, width], row by
  /// row; nil for other samples.
  public let errorMap: [Float]?
  /// The scores of the pixels of a stitched image; nil for other samples, and where an image's score is that
  /// of its tiles (see ``TileScore``).
  public let scoreMap: ScoreMap?
  /// The grid of the tiles that the samples are; nil for stitched images and other samples.
  var grid: TileGrid?
  /// The decision that flags samples; nil uses the model's threshold.
  var decision: Decision?
  /// The sizes of the files of all images of the source, in order; empty for other sources.
  var imageSizes: [ImageSize] = []

  /// The storage of the samples' errors.
  enum ErrorStore: Sendable {
    /// The kernels' output.
    case stored(FloatSlice, hasCrossEntropy: Bool)
    case made([RowErrors])
  }

  /// Creates a batch of samples with the errors that the kernels computed.
  init(
    detector: Detector, count: Int, result: RowResult, records: RecordBatch, targets: ScoredTargets?,
    storedErrors: FloatSlice, hasCrossEntropy: Bool, rowScores: [Double]? = nil,
    rowOutliers: [GrossOutlier?] = []
  ) {
    self.rowScores = rowScores
    self.rowOutliers = rowOutliers
    self.detector = detector
    self.count = count
    inputs = result.input
    reconstructions = result.reconstruction
    codes = result.code
    let isSimilarity = detector.model.ownScore?.isSimilarity == true
    let isOwn = detector.calibration.measure.isGivenByModel || isSimilarity
    ownScores = isOwn ? result.scores : nil
    shares = isOwn ? result.shares : nil
    pixelScores = isOwn ? result.pixelScores : nil
    if let strengths = result.evidence, let codes = result.evidenceCodes {
      evidence = (strengths, codes)
    } else {
      evidence = nil
    }
    self.records = records
    self.targets = targets?.values
    targetRecords = targets?.records
    errorStore = .stored(storedErrors, hasCrossEntropy: hasCrossEntropy)
    shape = detector.schema.shape
    outputShape = detector.outputSchema.shape
    errorMap = nil
    scoreMap = nil
    measure = detector.calibration.measure
    raise = detector.record.scoreRaise
    feedback = detector.feedbackScores
    outputWidth = detector.outputSchema.inputCount
    hasErrorMaps = isSimilarity
  }

  /// Creates a batch of one image that was stitched from tiles.
  init(
    image shape: SampleShape, outputShape: SampleShape, of detector: Detector, input: FloatSlice,
    reconstruction: FloatSlice, target: FloatSlice?, code: FloatSlice, errorMap: [Float]?,
    scoreMap: ScoreMap?,
    errors: RowErrors, ownScore: FloatSlice?, record: RecordBatch
  ) {
    self.detector = detector
    rowScores = scoreMap.map { [Double($0.score)] }
    self.scoreMap = scoreMap
    rowOutliers = []
    count = 1
    inputs = input
    reconstructions = reconstruction
    codes = code
    records = record
    errorStore = .made([errors])
    ownScores = ownScore
    shares = nil
    pixelScores = nil
    evidence = nil
    targets = target
    targetRecords = nil
    self.shape = shape
    self.outputShape = outputShape
    self.errorMap = errorMap
    measure = detector.calibration.measure
    raise = detector.record.scoreRaise
    feedback = detector.feedbackScores
    outputWidth = detector.outputSchema.inputCount
    hasErrorMaps = false
  }

  /// Returns the sample's errors by every measure; the cross-entropy only if ``Scoring/takesCrossEntropy``.
  package func allErrors(at index: Int) -> RowErrors {
    switch errorStore {
    case .stored(let buffer, let hasCrossEntropy):
      RowErrors(
        stored: buffer, at: index, width: outputWidth, hasCrossEntropy: hasCrossEntropy)
    case .made(let errors): errors[index]
    }
  }

  /// Returns the score of a sample, by the detector's measure; larger is more anomalous.
  ///
  /// A gross outlier in the sample raises the score. Feedback lowers or raises it.
  public func score(at index: Int) -> Double {
    let score = scoreBeforeFeedback(at: index)
    return feedback?.score(score, of: self, at: index) ?? score
  }

  /// Returns the score of a sample that the model computed, without feedback.
  package func scoreBeforeFeedback(at index: Int) -> Double {
    if let rowScores { return rowScores[index] }
    let score = value(of: measure, at: index)
    guard let raise, let evidence else { return score }
    return raise.score(score, evidence: evidence.strengths[index])
  }

  /// Returns the distance between a sample and its reconstruction: by the detector's measure if that is a
  /// reconstruction error, else the mean squared error of the scaled values.
  public func reconstructionError(at index: Int) -> Double {
    allErrors(at: index).value(of: measure.reconstructionError)
  }

  /// Returns the score of a sample.
  @available(*, deprecated, renamed: "score(at:)")
  public func error(at index: Int) -> Double { score(at: index) }

  /// Returns the gross outlier that raises a sample's score; nil if there is none.
  private func outlier(at index: Int) -> GrossOutlier? {
    if !rowOutliers.isEmpty { return rowOutliers[index] }
    guard raise != nil, let evidence, evidence.strengths[index] > 0 else { return nil }
    return detector.grossOutlier(code: Int(evidence.codes[index]), strength: evidence.strengths[index])
  }

  /// Returns the sample's error by a measure; NaN if the model does not compute that measure.
  func value(of measure: ScoreMeasure, at index: Int) -> Double {
    if case .made = errorStore, measure.isGivenByModel {
      // Combined from the scores of tiles, which are already on the scale of the measure.
      return ownScores.map { Double($0[index]) } ?? .nan
    }
    if let similarity = measure.similarity, ownScores == nil {
      return tileValue(of: similarity, at: index)
    }
    return measure.value(of: allErrors(at: index), own: ownScores?[index])
  }

  /// Returns whether a score is flagged; nil for NaN.
  package func flags(_ score: Double) -> Bool? {
    if let decision { return decision.flags(score) }
    return detector.calibration.threshold.flags(score)
  }

  /// The number of flagged samples.
  public var flaggedCount: Int { scores.count { flags($0) == true } }

  /// The scores of all samples: [N].
  public var scores: [Double] { (0..<count).map(score(at:)) }

  /// The scores of all samples: [N].
  @available(*, deprecated, renamed: "scores")
  public var errors: [Double] { scores }

  /// Returns the identifier of a sample: the text of the id column or the path of the image, else the
  /// record's number.
  ///
  /// A tile's has its column and row appended (`a.png@64,0`).
  public func id(at index: Int) -> String {
    guard let grid else { return imageID(at: index) }
    let tile = grid.place(ofRecord: record(at: index) - 1)
    return "\(imageID(at: index))@\(tile.column),\(tile.row)"
  }

  func imageID(at index: Int) -> String { records.id(ofRow: index) }

  /// Whether identifiers are texts of the source, not numbers.
  package var hasIDs: Bool { !records.ids.isEmpty }

  /// Returns the cells of the kept columns of a sample's record, as written; see
  /// ``RecordLayout/keptColumns``.
  public func keptCells(at index: Int) -> [String] { records.keptCells(ofRow: index) }

  /// Returns the label of a sample; nil if the source has no labels.
  public func label(at index: Int) -> String? { records.labels.isEmpty ? nil : records.labels[index] }

  /// Returns the number of a sample's record in the source, counted from 1.
  public func record(at index: Int) -> Int { records.number(ofRow: index) }

  /// Returns the scores that the model gives to the pixels of a sample; nil for other models.
  func pixelScores(at index: Int) -> FloatSlice? {
    guard let pixelScores else { return nil }
    return Rows(pixelScores, width: pixelScores.count / count)[index]
  }

  /// Returns the input of one sample: [D].
  package func input(at index: Int) -> FloatSlice { row(index, of: inputs) }

  /// Returns the reconstruction of one sample: [T].
  package func reconstruction(at index: Int) -> FloatSlice { row(index, of: reconstructions) }

  /// Returns the target of one sample: [T]; nil if there is none.
  package func target(at index: Int) -> FloatSlice? { targets.map { row(index, of: $0) } }

  /// Returns one sample with all its results, copied.
  ///
  /// - Complexity: O(D log D), to sort the reasons; O(pixels of the file), to find the regions of a flagged
  ///   image.
  public func sample(at index: Int) -> ScoredSample {
    var sample = sampleWithoutRegions(at: index)
    sample.findRegions(threshold: decision?.threshold ?? detector.calibration.threshold.value)
    return sample
  }

  /// Returns one sample with all its results but the regions.
  package func sampleWithoutRegions(at index: Int) -> ScoredSample {
    let score = score(at: index)
    let input = input(at: index).array
    let reconstruction = reconstruction(at: index).array
    let target = target(at: index)?.array
    let imageSize = imageSize(at: index)
    return ScoredSample(
      id: id(at: index), title: title(at: index), label: label(at: index), record: record(at: index),
      score: score, reconstructionError: reconstructionError(at: index),
      percentile: detector.calibration.percentile(of: score),
      pValue: detector.calibration.pValue(of: score),
      extrapolatedTail: detector.calibration.extrapolatedTail(of: score), isFlagged: flags(score),
      reasons: reasons(at: index), input: input, reconstruction: reconstruction, target: target,
      shape: shape, outputShape: outputShape, errorMap: errorMap(at: index), imageSize: imageSize,
      preparedSize: imageSize.map { detector.schema.preparation?.size ?? $0 }, scoreMap: scoreMap)
  }

  /// Returns the size of an image's file; nil for other samples and for single tiles.
  private func imageSize(at index: Int) -> ImageSize? {
    let image = record(at: index) - 1
    guard grid == nil, imageSizes.indices.contains(image) else { return nil }
    return imageSizes[image]
  }

  /// Returns the features by their share of the sample's error, largest first; empty for images and if
  /// targets are missing.
  public func reasons(at index: Int) -> [FeatureError] {
    guard outputShape.imageExtents == nil else { return [] }
    return reasons(at: index, by: RowReasons(detector), limit: .max)
  }

  /// Returns the first reasons of a sample, at most `limit`; `maker` is that of the ``detector``.
  package func reasons(at index: Int, by maker: RowReasons, limit: Int) -> [FeatureError] {
    guard outputShape.imageExtents == nil, isScored else { return [] }
    let (input, reconstruction) = (truth(at: index), reconstruction(at: index))
    let own = shares.map { row(index, of: $0) } ?? input[0..<0]
    return withComparedRecords { records in
      maker.reasons(
        of: RowReasons.Row(input: input.span, reconstruction: reconstruction.span, shares: own.span),
        limit: limit, outlier: outlier(at: index),
        isMissing: { records.value(row: index, column: $0).isNaN },
        cell: { maker.cell(of: records, row: index, column: $0) })
    }
  }

  /// Calls `body` with the records that reconstructions are compared with.
  private func withComparedRecords<Result>(_ body: (borrowing RecordBatch) -> Result) -> Result {
    if let targetRecords { body(targetRecords) } else { body(records) }
  }

  /// Returns each column's share of the sample's error: [D]; see
  /// ``Detector/featureShares(input:reconstruction:shares:missing:)``.
  package func featureShares(at index: Int) -> [Double] {
    detector.featureShares(
      input: truth(at: index).array, reconstruction: reconstruction(at: index).array,
      shares: shares.map { row(index, of: $0).array }, missing: missing(at: index),
      outlier: outlier(at: index))
  }

  /// Returns whether each cell of the comparison row is missing: [D].
  package func missing(at index: Int) -> [Bool] {
    let records = targetRecords ?? records
    return (0..<records.width).map { records.value(row: index, column: $0).isNaN }
  }

  /// Returns the code: [C].
  package func code(at index: Int) -> FloatSlice { codes.count == 0 ? codes : row(index, of: codes) }

  /// Returns the row that the reconstruction is compared with: [T].
  func truth(at index: Int) -> FloatSlice { target(at: index) ?? input(at: index) }

  /// Returns the numbers of the comparison row in the source's units: [D]; NaN for missing cells and for
  /// cells that are no numbers.
  package func values(at index: Int) -> [Double] {
    let records = targetRecords ?? records
    let used = detector.outputSchema.table?.used
    return (0..<detector.outputSchema.width).map { column in
      if let used, !used[column].holdsNumbers { return .nan }
      return records.value(row: index, column: column)
    }
  }

  /// Whether there is a row to compare each reconstruction with.
  private var isScored: Bool { detector.targetSchema == nil || targets != nil }

  /// Returns one cell of a sample, as read from the source.
  package func cell(at index: Int, column: Int) -> CellValue {
    detector.schema.cell(
      ofValue: records.value(row: index, column: column),
      text: records.unknownLevel(row: index, column: column), column: column)
  }

  private func title(at index: Int) -> String {
    guard records.ids.isEmpty else { return id(at: index) }
    let kind = detector.schema.shape.imageExtents == nil ? "row" : "image"
    return "\(kind) \(record(at: index))"
  }

  private func row(_ index: Int, of values: FloatSlice) -> FloatSlice {
    Rows(values, width: values.count / count)[index]
  }
}
