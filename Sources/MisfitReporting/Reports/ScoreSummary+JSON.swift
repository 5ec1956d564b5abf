import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitNetworks
import MisfitReports

extension ScoreSummary {
  /// The summary as JSON: the content of `summary.json`, which `--json` also prints.
  package var json: JSONObject {
    let calibration = detector.calibration
    var object: JSONObject = [
      "source": JSONValue(sourceName),
      "samples": JSONValue(count),
      "flagged": JSONValue(flaggedCount),
      "scoreMeasure": JSONValue(calibration.measure.rawValue),
      "scoreMeaning": JSONValue(calibration.measure.meaning),
      "errorMeasure": JSONValue(calibration.measure.reconstructionError.rawValue),
      "threshold": JSONValue(decision.threshold.isFinite ? decision.threshold : nil),
      "thresholdQuantile": JSONValue(calibration.threshold.quantile),
      "decision": .object(detector.json(of: decision)),
      "calibratedOn": JSONValue(calibration.origin.rawValue),
      "calibrationCount": JSONValue(calibration.scores.count),
      "scores": .object(distributionJSON),
      "measures": .object(
        JSONObject(
          meaningfulMeasures.map { measure in
            let figures = moments[measure]
            return (
              measure.rawValue,
              .object([
                "mean": JSONValue(figures?.mean),
                "standardDeviation": JSONValue(figures?.populationStandardDeviation),
              ])
            )
          })),
    ]
    if let evaluation {
      object["anomalyLabel"] = JSONValue(anomalyLabel)
      if let normalLabel { object["normalLabel"] = JSONValue(normalLabel) }
      object["auroc"] = JSONValue(evaluation.areaUnderROC)
      object["averagePrecision"] = JSONValue(evaluation.averagePrecision)
    }
    if let confusion { object["confusion"] = .object(confusion.json) }
    if let defects { object["defects"] = .object(defects.json) }
    if !classErrors.all.isEmpty { object["classes"] = classErrors.json }
    object["worst"] = .array(
      worst.enumerated().map { .object($1.json(rank: $0 + 1, reasonCount: options.reasonCount)) })
    if let segments { object["segments"] = .object(segments.json) }
    if let groups { object["groups"] = .object(groups.json) }
    if let images { object["images"] = .object(images.json) }
    return object
  }

  /// All measures; cross-entropy only for data in [0, 1].
  private var meaningfulMeasures: [ErrorMeasure] {
    ErrorMeasure.allCases.filter { $0 != .binaryCrossEntropy || detector.outputSchema.liesInUnitInterval }
  }

  private var distributionJSON: JSONObject {
    guard let figures = distribution.value else { return ["count": 0] }
    return [
      "count": JSONValue(figures.count), "nan": JSONValue(figures.nanCount), "mean": JSONValue(figures.mean),
      "standardDeviation": JSONValue(figures.standardDeviation), "minimum": JSONValue(figures.minimum),
      "maximum": JSONValue(figures.maximum),
      "quantiles": .object(
        JSONObject(figures.quantiles.map { ($0.probability.description, JSONValue($0.value)) })),
    ]
  }
}

extension ScoredSample {
  /// Returns the sample as JSON, with at most `reasonCount` reasons.
  package func json(rank: Int? = nil, reasonCount: Int = 5) -> JSONObject {
    var object = JSONObject()
    if let rank { object["rank"] = JSONValue(rank) }
    object["id"] = JSONValue(id)
    if let label { object["label"] = JSONValue(label) }
    object["record"] = JSONValue(record)
    object["score"] = JSONValue(score)
    object["error"] = JSONValue(reconstructionError)
    object["percentile"] = JSONValue(percentile)
    object["pValue"] = JSONValue(pValue)
    if let extrapolatedTail { object["extrapolatedTail"] = JSONValue(extrapolatedTail) }
    object["flag"] = JSONValue(isFlagged)
    if !reasons.isEmpty {
      object["reasons"] = .array(
        reasons.prefix(reasonCount).map { .object($0.json) })
    }
    if !regions.isEmpty {
      object["regionCount"] = JSONValue(regions.count)
      object["regions"] = .array(regions.prefix(10).map { .object($0.json) })
    }
    return object
  }
}

extension JSONValue {
  /// Creates a number, a text (dates as in ISO 8601), or null for a missing cell.
  init(_ cell: CellValue) {
    switch cell {
    case .number(let value): self = JSONValue(value)
    case .level(let text): self = JSONValue(text)
    case .date: self = JSONValue(cell.description)
    case .missing: self = .null
    }
  }
}

extension TrainingRecord {
  /// The times of the run as JSON.
  ///
  /// No file contains them, since they differ between equal runs.
  package var timesJSON: JSONObject {
    var object: JSONObject = ["seconds": JSONValue(elapsedSeconds)]
    if hasEpochs {
      object["epochSeconds"] = JSONValue(medianEpochSeconds)
      object["samplesPerSecond"] = JSONValue(
        medianEpochSeconds.flatMap { $0 > 0 ? Double(rowCount) / $0 : nil })
    }
    object["threads"] = JSONValue(threadCount)
    return object
  }

  /// The run as JSON, without its times.
  package var json: JSONObject {
    var object = runJSON
    if let trimming {
      object["leftOut"] = [
        "count": JSONValue(trimming.count), "rows": JSONValue(trimming.rowCount),
        "found": JSONValue(trimming.isFound), "records": JSONValue(trimming.records),
      ]
    }
    return object
  }

  private var runJSON: JSONObject {
    guard let options = plan.training else {
      return [
        "source": JSONValue(source), "rows": JSONValue(rowCount),
        "validationRows": JSONValue(validationRowCount),
        "seed": .integer(Int(truncatingIfNeeded: plan.seed)),
      ]
    }
    return [
      "source": JSONValue(source), "rows": JSONValue(rowCount),
      "validationRows": JSONValue(validationRowCount),
      "epochs": JSONValue(epochs.count), "bestEpoch": JSONValue(bestEpoch),
      "loss": JSONValue(options.loss.rawValue), "precision": JSONValue(options.precision.rawValue),
      "optimizer": JSONValue(options.optimizer.kind.rawValue),
      "learningRate": JSONValue(options.optimizer.learningRate), "batchSize": JSONValue(options.batchSize),
      "trainLoss": JSONValue(trainLoss), "validationLoss": JSONValue(validationLoss),
      "seed": .integer(Int(truncatingIfNeeded: plan.seed)),
    ]
  }
}
