import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels

/// A batch of samples with everything the network said of them.
///
/// Shapes: N samples of D values, codes of C values. The buffers are used again for the next batch: copy what
/// is to be kept.
public struct ScoredBatch: Sendable {
  /// The detector that scored.
  public let detector: Detector
  /// N.
  public let count: Int
  /// The samples as the network saw them (scaled): [N, D].
  public let inputs: FloatSlice
  /// What it made of them: [N, D].
  public let reconstructions: FloatSlice
  /// The bottleneck's values: [N, C].
  public let codes: FloatSlice
  let records: RecordBatch
  let storedErrors: FloatSlice
  /// [N], where the detector's measure is the model's own score.
  let ownScores: FloatSlice?
  /// [N, D], likewise.
  let shares: FloatSlice?

  /// The sample's errors by every measure.
  public func allErrors(at index: Int) -> RowErrors {
    RowErrors(stored: storedErrors, at: index, width: detector.schema.shape.elementCount)
  }

  /// The sample's error by the detector's measure.
  public func error(at index: Int) -> Double {
    detector.calibration.measure.value(of: allErrors(at: index), own: ownScores?[index])
  }

  /// The errors of all samples by the detector's measure.
  public var errors: [Double] { (0..<count).map(error(at:)) }

  /// The text of the id column or the path of the image; else the record's number.
  public func id(at index: Int) -> String { records.id(ofRow: index) }

  /// The label, where the source has labels.
  public func label(at index: Int) -> String? { records.labels.isEmpty ? nil : records.labels[index] }

  /// The place in the source, from 1.
  public func record(at index: Int) -> Int { records.firstRecord + index }

  /// The input of one sample: [D].
  public func input(at index: Int) -> FloatSlice { row(index, of: inputs) }

  /// The reconstruction of one sample: [D].
  public func reconstruction(at index: Int) -> FloatSlice { row(index, of: reconstructions) }

  /// Everything about one sample, copied.
  ///
  /// - Complexity: O(D log D), for the order of the reasons.
  public func sample(at index: Int) -> ScoredSample {
    let error = error(at: index)
    let input = input(at: index).array
    let reconstruction = reconstruction(at: index).array
    return ScoredSample(
      id: id(at: index), title: title(at: index), label: label(at: index), record: record(at: index),
      error: error,
      percentile: detector.calibration.percentile(of: error),
      isFlagged: detector.calibration.threshold.flags(error),
      reasons: detector.reasons(
        input: input, reconstruction: reconstruction,
        values: (0..<input.count).map { records.value(row: index, column: $0) },
        shares: shares.map { row(index, of: $0[0..<count * input.count]).array }), input: input,
      reconstruction: reconstruction)
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
