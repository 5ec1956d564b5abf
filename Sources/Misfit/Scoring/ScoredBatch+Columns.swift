import MisfitAnalytics
import MisfitCore
import MisfitKernels

extension ScoredBatch {
  /// Replaces two arrays by the scores and the reconstruction errors of all samples: [N] each.
  ///
  /// They are those of ``score(at:)`` and ``reconstructionError(at:)``, in less time than sample by sample.
  package func write(scores: inout [Double], errors: inout [Double]) {
    scores.removeAll(keepingCapacity: true)
    errors.removeAll(keepingCapacity: true)
    guard writeStored(&scores, &errors) else {
      for index in 0..<count {
        scores.append(score(at: index))
        errors.append(reconstructionError(at: index))
      }
      return
    }
  }

  /// Appends scores that are errors of the reconstruction or the model's own; returns false, with nothing
  /// appended, if these scores follow from something else.
  private func writeStored(_ scores: inout [Double], _ errors: inout [Double]) -> Bool {
    guard case .stored(let stored, let hasCrossEntropy) = errorStore, rowScores == nil, feedback == nil else {
      return false
    }
    let isError: Bool
    if case .reconstruction = measure { isError = true } else { isError = false }
    guard isError || ownScores != nil else { return false }
    let span = stored.span
    let errorMeasure = measure.reconstructionError
    for index in 0..<count {
      errors.append(
        RowErrors.value(
          errorMeasure, stored: span, row: index, width: outputWidth, hasCrossEntropy: hasCrossEntropy))
    }
    if isError {
      scores.append(contentsOf: errors)
    } else if let ownScores {
      let (own, isRelative) = (ownScores.span, measure == .relative)
      for index in 0..<count {
        scores.append(Double(isRelative ? ScoreMeasure.relativeScore(own[index]) : own[index]))
      }
    }
    if let raise, let evidence {
      let strengths = evidence.strengths.span
      for index in 0..<count { scores[index] = raise.score(scores[index], evidence: strengths[index]) }
    }
    return true
  }
}

extension RowErrors {
  /// Returns one error of a row from a buffer that ``VectorKernels`` filled, as
  /// ``init(stored:at:width:hasCrossEntropy:)`` and ``value(of:)`` do.
  @inline(__always)
  fileprivate static func value(
    _ measure: ErrorMeasure, stored: Span<Float>, row: Int, width: Int, hasCrossEntropy: Bool
  ) -> Double {
    let (start, n) = (row * storedCount, Double(width))
    return switch measure {
    case .meanSquared: Double(stored[start]) / n
    case .rootMeanSquared: (Double(stored[start]) / n).squareRoot()
    case .meanAbsolute: Double(stored[start + 1]) / n
    case .maximumAbsolute: Double(stored[start + 2])
    case .signedSum: Double(stored[start + 3])
    case .binaryCrossEntropy: hasCrossEntropy ? Double(stored[start + 4]) / n : .nan
    }
  }
}
