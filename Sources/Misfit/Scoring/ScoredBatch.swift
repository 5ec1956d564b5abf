import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// The targets of a batch's samples, encoded and as they were read.
struct ScoredTargets: Sendable {
  /// [N, target width].
  let values: FloatSlice
  let records: RecordBatch
}

/// A batch of samples with everything the network said of them.
///
/// Shapes: N samples of D values, codes of C values, reconstructions of T values: D, or those of a target.
/// The buffers are used again for the next batch: copy what is to be kept.
///
/// Where the model works on tiles, a batch is one whole image: its inputs, reconstructions and error map are
/// stitched from the tiles (see ``shape``), its errors made of theirs, its code that of the worst tile.
public struct ScoredBatch: Sendable {
  /// The detector that scored.
  package let detector: Detector
  /// N.
  public let count: Int
  /// The samples as the network saw them (scaled): [N, D].
  package let inputs: FloatSlice
  /// What it made of them: [N, T].
  package let reconstructions: FloatSlice
  /// What it should have made of them (scaled): [N, T]; nil where each sample is its own target, or none was
  /// given.
  package let targets: FloatSlice?
  /// The bottleneck's values: [N, C].
  package let codes: FloatSlice
  let targetRecords: RecordBatch?
  let records: RecordBatch
  let errorStore: ErrorStore
  /// [N], where the detector's measure is the model's own score.
  let ownScores: FloatSlice?
  /// [N, T], likewise; nil for stitched images.
  let shares: FloatSlice?
  /// The evidence of gross outliers and what it is about, see ``RowResult/evidence``: [N]; nil without a
  /// check.
  let evidence: (strengths: FloatSlice, codes: FloatSlice)?
  /// The shape of the samples: the model's, or that of a stitched image, whose longer side is 640 at most.
  public let shape: SampleShape
  /// The shape of the reconstructions, likewise.
  public let outputShape: SampleShape
  /// The squared error of each pixel of a stitched image, the mean of its channels: [height, width]; nil for
  /// other samples.
  public let errorMap: [Float]?
  /// The tiles that the samples are, where they are not stitched.
  var grid: TileGrid?
  /// By what samples are flagged; nil: by the model's own threshold.
  var decision: Decision?

  /// Where the errors are.
  enum ErrorStore: Sendable {
    /// As the kernels leave them.
    case stored(FloatSlice, hasCrossEntropy: Bool)
    case made([RowErrors])
  }

  /// A batch of the model's own samples, with their errors as the kernels leave them.
  init(
    detector: Detector, count: Int, result: RowResult, records: RecordBatch, targets: ScoredTargets?,
    storedErrors: FloatSlice,
    hasCrossEntropy: Bool
  ) {
    self.detector = detector
    self.count = count
    inputs = result.input
    reconstructions = result.reconstruction
    codes = result.code
    let isOwn = detector.calibration.measure.isGivenByModel
    ownScores = isOwn ? result.scores : nil
    shares = isOwn ? result.shares : nil
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
  }

  /// One image that was put together from its tiles.
  init(
    image shape: SampleShape, outputShape: SampleShape, of detector: Detector, input: FloatSlice,
    reconstruction: FloatSlice, target: FloatSlice?, code: FloatSlice, errorMap: [Float]?, errors: RowErrors,
    ownScore: FloatSlice?, record: RecordBatch
  ) {
    self.detector = detector
    count = 1
    inputs = input
    reconstructions = reconstruction
    codes = code
    records = record
    errorStore = .made([errors])
    ownScores = ownScore
    shares = nil
    evidence = nil
    targets = target
    targetRecords = nil
    self.shape = shape
    self.outputShape = outputShape
    self.errorMap = errorMap
  }

  /// The sample's errors by every measure; the cross-entropy only where ``Scoring/takesCrossEntropy`` says
  /// so.
  package func allErrors(at index: Int) -> RowErrors {
    switch errorStore {
    case .stored(let buffer, let hasCrossEntropy):
      RowErrors(
        stored: buffer, at: index, width: detector.outputSchema.inputCount,
        hasCrossEntropy: hasCrossEntropy)
    case .made(let errors): errors[index]
    }
  }

  /// The sample's score: the detector's measure, raised where the sample holds a gross outlier
  /// (``ScoreRaise``).
  public func score(at index: Int) -> Double {
    let score = value(of: detector.calibration.measure, at: index)
    guard let raise = detector.record.scoreRaise, let evidence else { return score }
    return raise.score(score, evidence: evidence.strengths[index])
  }

  /// How far the reconstruction is from the sample: by the detector's measure where that is a reconstruction
  /// error, else the mean squared error of the scaled values.
  public func reconstructionError(at index: Int) -> Double {
    allErrors(at: index).value(of: detector.calibration.measure.reconstructionError)
  }

  /// The score.
  @available(*, deprecated, renamed: "score(at:)")
  public func error(at index: Int) -> Double { score(at: index) }

  /// The gross outlier that raises a sample's score; nil where it has none.
  private func outlier(at index: Int) -> GrossOutlier? {
    guard detector.record.scoreRaise != nil, let evidence, evidence.strengths[index] > 0 else { return nil }
    return detector.grossOutlier(code: Int(evidence.codes[index]), strength: evidence.strengths[index])
  }

  /// The sample's error by a measure; NaN where the model gives another one.
  func value(of measure: ScoreMeasure, at index: Int) -> Double {
    if case .made = errorStore, measure.isGivenByModel {
      // Made of the tiles' scores, which are on their scale already.
      return ownScores.map { Double($0[index]) } ?? .nan
    }
    return measure.value(of: allErrors(at: index), own: ownScores?[index])
  }

  /// Whether a score is flagged; nil for NaN.
  package func flags(_ score: Double) -> Bool? {
    decision.map { $0.flags(score) } ?? detector.calibration.threshold.flags(score)
  }

  /// The samples that are flagged.
  public var flaggedCount: Int { scores.count { flags($0) == true } }

  /// The scores of all samples.
  public var scores: [Double] { (0..<count).map(score(at:)) }

  /// The scores of all samples.
  @available(*, deprecated, renamed: "scores")
  public var errors: [Double] { scores }

  /// The text of the id column or the path of the image, for a tile with its column and row in it
  /// (`a.png@64,0`); else the record's number.
  public func id(at index: Int) -> String {
    guard let grid else { return imageID(at: index) }
    let place = grid.place(ofRecord: record(at: index) - 1)
    return "\(imageID(at: index))@\(place.column),\(place.row)"
  }

  func imageID(at index: Int) -> String { records.id(ofRow: index) }

  /// Whether ids are texts of the source, and not numbers.
  package var hasIDs: Bool { !records.ids.isEmpty }

  /// The cells of a sample's record that are kept as they are written; see ``RecordLayout/keptColumns``.
  public func keptCells(at index: Int) -> [String] { records.keptCells(ofRow: index) }

  /// The label, where the source has labels.
  public func label(at index: Int) -> String? { records.labels.isEmpty ? nil : records.labels[index] }

  /// The place in the source, from 1.
  public func record(at index: Int) -> Int { records.number(ofRow: index) }

  /// The input of one sample: [D].
  package func input(at index: Int) -> FloatSlice { row(index, of: inputs) }

  /// The reconstruction of one sample: [D].
  package func reconstruction(at index: Int) -> FloatSlice { row(index, of: reconstructions) }

  /// The target of one sample: [T]; nil where there is none.
  package func target(at index: Int) -> FloatSlice? { targets.map { row(index, of: $0) } }

  /// Everything about one sample, copied.
  ///
  /// - Complexity: O(D log D), for the order of the reasons.
  public func sample(at index: Int) -> ScoredSample {
    let score = score(at: index)
    let input = input(at: index).array
    let reconstruction = reconstruction(at: index).array
    let target = target(at: index)?.array
    return ScoredSample(
      id: id(at: index), title: title(at: index), label: label(at: index), record: record(at: index),
      score: score, reconstructionError: reconstructionError(at: index),
      percentile: detector.calibration.percentile(of: score),
      pValue: detector.calibration.pValue(of: score),
      extrapolatedTail: detector.calibration.extrapolatedTail(of: score), isFlagged: flags(score),
      reasons: reasons(at: index), input: input, reconstruction: reconstruction, target: target,
      shape: shape, outputShape: outputShape, errorMap: errorMap)
  }

  /// The features by their share of the sample's error, largest first; empty for images, and where targets
  /// are missing.
  public func reasons(at index: Int) -> [FeatureError] {
    guard outputShape.imageExtents == nil, isScored else { return [] }
    return detector.reasons(
      input: truth(at: index).array, reconstruction: reconstruction(at: index).array,
      cells: cells(of: targetRecords ?? records, at: index), shares: shares.map { row(index, of: $0).array },
      outlier: outlier(at: index))
  }

  /// The columns' shares of the sample's error; see
  /// ``Detector/featureShares(input:reconstruction:shares:missing:)``.
  package func featureShares(at index: Int) -> [Double] {
    detector.featureShares(
      input: truth(at: index).array, reconstruction: reconstruction(at: index).array,
      shares: shares.map { row(index, of: $0).array }, missing: missing(at: index),
      outlier: outlier(at: index))
  }

  /// Whether each cell of the comparison row is missing: [D].
  package func missing(at index: Int) -> [Bool] {
    let records = targetRecords ?? records
    return (0..<records.width).map { records.value(row: index, column: $0).isNaN }
  }

  /// The row that the reconstruction is compared with: [T].
  func truth(at index: Int) -> FloatSlice { target(at: index) ?? input(at: index) }

  /// The numbers of the comparison row in the source's units; NaN for missing cells.
  package func values(at index: Int) -> [Double] {
    let records = targetRecords ?? records
    let used = detector.outputSchema.table?.used
    return (0..<detector.outputSchema.width).map { column in
      used.map { $0[column].number == nil } ?? false ? .nan : records.value(row: index, column: column)
    }
  }

  /// Whether there is something that the reconstructions are held against.
  private var isScored: Bool { detector.targetSchema == nil || targets != nil }

  /// The cells that the reconstruction of a sample is held against.
  private func cells(of records: borrowing RecordBatch, at index: Int) -> [CellValue] {
    (0..<records.width).map { column in
      detector.outputSchema.cell(
        ofValue: records.value(row: index, column: column),
        text: records.unknownLevel(row: index, column: column), column: column)
    }
  }

  private func title(at index: Int) -> String {
    guard records.ids.isEmpty else { return id(at: index) }
    let kind = detector.schema.shape.imageExtents == nil ? "row" : "image"
    return "\(kind) \(record(at: index))"
  }

  private func row(_ index: Int, of values: FloatSlice) -> FloatSlice {
    let width = values.count / max(count, 1)
    return values[index * width..<(index + 1) * width]
  }
}
