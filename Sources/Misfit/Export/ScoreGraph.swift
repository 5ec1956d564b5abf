import MisfitAnalytics
import MisfitModels
import MisfitONNX

/// The scores of rows as values of a graph: all [N, 1].
struct ScoreGraph {
  /// The score by the detector's measure.
  let score: GraphValue
  /// The reconstruction error.
  let error: GraphValue

  /// Computes the scores of a model's results.
  init(_ rows: RowGraph, _ measure: ScoreMeasure, raise: ScoreRaise?) {
    error = Self.error(rows, measure.reconstructionError)
    let base: GraphValue =
      switch measure {
      case .reconstruction: error
      case .own, .mahalanobis, .defect, .patches, .mixed, .negativeLogLikelihood: rows.score ?? error
      // Refused before.
      case .structuralDissimilarity, .gradientDissimilarity: error
      case .relative: rows.score.map(Self.relativeScore) ?? error
      }
    guard let raise, let evidence = rows.evidence else {
      score = base
      return
    }
    score = raise.graph(base, evidence: evidence)
  }

  /// Returns a reconstruction error, see ``ErrorMeasure``.
  private static func error(_ rows: RowGraph, _ measure: ErrorMeasure) -> GraphValue {
    let (input, output) = (rows.input, rows.reconstruction)
    let difference = input - output
    switch measure {
    case .meanSquared: return difference.square.mean(axis: 1)
    case .rootMeanSquared: return difference.square.mean(axis: 1).squareRoot
    case .meanAbsolute: return difference.magnitude.mean(axis: 1)
    case .maximumAbsolute: return difference.magnitude.maximum(axis: 1)
    case .signedSum: return difference.sum(axis: 1)
    case .binaryCrossEntropy:
      // The bounds are floats, as are the detector's probabilities.
      let (least, most) = (Double(Float(1e-7)), Double(1 - Float(1e-7)))
      let probability = output.roundedToFloat.atLeast(least).atMost(most)
      let gain = input * probability.logarithm + (1 - input) * (1 - probability).logarithm
      return -gain.mean(axis: 1)
    }
  }

  /// See ``ScoreMeasure/relativeScore(_:)``.
  private static func relativeScore(_ score: GraphValue) -> GraphValue {
    score.graph.select(score < 0, 1 / (1 - score.atMost(0)), score + 1)
  }
}

extension Calibration {
  /// Returns the percentiles of scores in a graph; nil without calibration scores.
  func percentileGraph(of score: GraphValue) -> GraphValue? {
    guard scores.count > 0 else { return nil }
    let count = Self.count(scores.stepsAtOrBelow, score, orEqual: true)
    return Self.keepingNaN(of: score, count / Double(scores.count) * 100)
  }

  /// Returns the p-values of scores in a graph; nil if there are none, see ``pValue(of:)``.
  func pValueGraph(of score: GraphValue) -> GraphValue? {
    guard scores.count > 0, origin.hasPValues else { return nil }
    let below = Self.count(scores.stepsBelow, score, orEqual: false)
    return Self.keepingNaN(of: score, (Double(scores.count + 1) - below) / Double(scores.count + 1))
  }

  /// Returns whether scores in a graph are flagged.
  ///
  /// The bound is a little above the threshold, which is the score of a calibration row as a rule: see
  /// ``ScoreSteps``.
  func flagGraph(of score: GraphValue) -> GraphValue {
    let next = scores.smallest(above: threshold.value) ?? .infinity
    return score > ScoreSteps.bound(of: threshold.value, toward: next)
  }

  private static func count(_ steps: ScoreSteps, _ score: GraphValue, orEqual: Bool) -> GraphValue {
    let step = score.count(of: steps.bounds, orEqual: orEqual)
    if steps.counts == Array(0...steps.bounds.count) { return step.cast(to: .double) }
    let counts = GraphTensor([steps.counts.count], .int64(steps.counts))
    return score.graph.constant(counts, name: "counts").gather(step).cast(to: .double)
  }

  private static func keepingNaN(of score: GraphValue, _ value: GraphValue) -> GraphValue {
    score.graph.select(score.isNaN, score, value)
  }
}
