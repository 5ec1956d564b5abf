import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitNetworks
import MisfitReports

extension DetectorComparison {
  /// The findings, one sentence a pair of models.
  package var findings: [String] { result.pairs.map(finding) }

  /// The network, data, epochs and seed of each model, as sentences.
  package var circumstances: [String] {
    entries.map { entry in
      let training = entry.detector.training
      let epochs = training.epochs.count == 1 ? "1 epoch, " : "\(training.epochs.count) epochs, "
      return
        """
        \(entry.detector.model.summary), trained on \(NumberText.grouped(training.rowCount)) rows of \
        \(training.source), \(training.hasEpochs ? epochs : "")seed \(training.plan.seed)
        """
    }
  }

  /// The samples that were compared, as text.
  package var sampleText: String {
    let samples = "\(NumberText.grouped(result.sampleCount)) samples of \(sourceName)"
    return sampleNote.map { "\(samples), \($0)" } ?? samples
  }

  private func finding(_ pair: PairComparison) -> String {
    guard let verdict = pair.verdict, let difference = pair.meanDifference else {
      return "\(pair.first) and \(pair.second): too few samples to compare."
    }
    let percent = NumberText.significant(difference.confidence * 100)
    let interval =
      """
      mean difference \(NumberText.significant(difference.mean, digits: 3)), \(percent) % interval \
      \(NumberText.significant(difference.lower, digits: 3)) to \
      \(NumberText.significant(difference.upper, digits: 3))
      """
    switch verdict {
    case .noClearDifference:
      return
        """
        No clear difference between \(pair.first) and \(pair.second) in \(measure.title): \(interval) holds \
        0.
        """
    case .firstIsLower:
      return "\(pair.first) has a lower \(measure.title) than \(pair.second): \(interval)."
    case .secondIsLower:
      return "\(pair.second) has a lower \(measure.title) than \(pair.first): \(interval)."
    }
  }

  /// The comparison as JSON.
  package var json: JSONObject {
    [
      "source": JSONValue(sourceName), "samples": JSONValue(result.sampleCount),
      "measure": JSONValue(measure.rawValue),
      "models": .array(zip(entries, result.models).map { .object(Self.json(of: $0, $1)) }),
      "pairs": .array(result.pairs.map { .object(Self.json(of: $0)) }),
      "scores": scoreJSON, "findings": JSONValue(findings),
    ]
  }

  private static func json(of entry: Entry, _ summary: ModelSummary) -> JSONObject {
    [
      "name": JSONValue(summary.name), "network": JSONValue(entry.detector.model.summary),
      "parameters": JSONValue(entry.detector.model.parameterCount),
      "mean": JSONValue(summary.errors?.mean),
      "standardDeviation": JSONValue(summary.errors?.standardDeviation),
      "quantiles": .object(
        JSONObject(
          (summary.errors?.quantiles ?? []).map { ($0.probability.description, JSONValue($0.value)) })),
      "auroc": JSONValue(summary.areaUnderROC), "averagePrecision": JSONValue(summary.averagePrecision),
      "training": .object(entry.detector.training.json),
    ]
  }

  /// The models by their own scores; null if these are the common error.
  private var scoreJSON: JSONValue {
    guard let scoreResult else { return .null }
    return [
      "models": .array(
        zip(entries, scoreResult.models).map { entry, summary in
          [
            "name": JSONValue(summary.name),
            "scoreMeasure": JSONValue(entry.detector.calibration.measure.rawValue),
            "mean": JSONValue(summary.errors?.mean), "median": JSONValue(summary.errors?.median),
            "auroc": JSONValue(summary.areaUnderROC),
            "averagePrecision": JSONValue(summary.averagePrecision),
          ]
        }),
      "pairs": .array(
        scoreResult.pairs.map { pair in
          [
            "first": JSONValue(pair.first), "second": JSONValue(pair.second),
            "rankCorrelation": JSONValue(pair.rankCorrelation),
            "topShared": JSONValue(pair.topOverlap?.sharedCount),
            "topCount": JSONValue(pair.topOverlap?.topCount),
            "disagreements": .array(
              pair.disagreements.map {
                [
                  "id": JSONValue($0.identifier), "firstScore": JSONValue($0.firstError),
                  "secondScore": JSONValue($0.secondError), "firstRank": JSONValue($0.firstRank),
                  "secondRank": JSONValue($0.secondRank),
                ]
              }),
          ]
        }),
    ]
  }

  private static func json(of pair: PairComparison) -> JSONObject {
    [
      "first": JSONValue(pair.first), "second": JSONValue(pair.second),
      "verdict": JSONValue(pair.verdict?.rawValue),
      "meanDifference": JSONValue(pair.meanDifference?.mean),
      "interval": JSONValue([pair.meanDifference?.lower, pair.meanDifference?.upper].compactMap { $0 }),
      "firstWinRate": JSONValue(pair.firstWinRate),
      "kolmogorovSmirnov": JSONValue(pair.kolmogorovSmirnov?.statistic),
      "kolmogorovSmirnovPValue": JSONValue(pair.kolmogorovSmirnov?.pValue),
      "wasserstein": JSONValue(pair.wassersteinDistance), "rankCorrelation": JSONValue(pair.rankCorrelation),
      "topShared": JSONValue(pair.topOverlap?.sharedCount), "topCount": JSONValue(pair.topOverlap?.topCount),
      "disagreements": .array(
        pair.disagreements.map {
          [
            "id": JSONValue($0.identifier), "firstError": JSONValue($0.firstError),
            "secondError": JSONValue($0.secondError), "firstRank": JSONValue($0.firstRank),
            "secondRank": JSONValue($0.secondRank),
          ]
        }),
    ]
  }
}
