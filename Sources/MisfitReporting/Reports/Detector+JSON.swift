import Misfit
import MisfitCore
import MisfitIngest
import MisfitNetworks
import MisfitReports

extension Detector {
  /// A description of the model as JSON: its kind, layers, columns and training; `name` is that of its file.
  ///
  /// `naming` writes an option and the value that it is to have.
  package func json(
    named name: String?, naming: (OptionName, _ value: String?) -> String
  ) -> JSONObject {
    let network = autoencoder
    return [
      "model": JSONValue(name), "kind": JSONValue(kind.name),
      "network": JSONValue(model.summary),
      "architecture": JSONValue(network?.architecture.text),
      "parameters": JSONValue(model.parameterCount),
      "trainedParameters": JSONValue(network?.trainedParameterCount ?? model.parameterCount),
      "shape": JSONValue(schema.inputShape.extents),
      "targetShape": targetSchema.map { JSONValue($0.shape.extents) } ?? .null,
      "layers": .array((network?.layerTable ?? []).map(Self.json)),
      "explainedVariance": .array((model.asPrincipalComponents?.explainedShares ?? []).map { JSONValue($0) }),
      "scaling": JSONValue(schema.scalingText), "columns": .array(columns(naming)),
      "images": JSONValue(schema.preparation?.text),
      "training": .object(training.json),
      "threshold": JSONValue(calibration.threshold.value),
      "scoreMeasure": JSONValue(calibration.measure.rawValue),
      "feedback": feedbackJSON,
    ]
  }

  private static func json(_ layer: Network.LayerRow) -> JSONValue {
    [
      "name": JSONValue(layer.name), "layer": JSONValue(layer.text),
      "outputs": JSONValue(layer.outputCount), "outputShape": JSONValue(layer.outputShape.extents),
      "activation": JSONValue(layer.activation), "parameters": JSONValue(layer.parameterCount),
    ]
  }

  private func columns(_ naming: (OptionName, _ value: String?) -> String) -> [JSONValue] {
    guard schema.shape.imageExtents == nil else { return [] }
    if let table = schema.table { return table.columns.map { $0.json(naming: naming) } }
    return (0..<schema.width).map { column in
      [
        "name": JSONValue(schema.featureName(at: column)), "mean": JSONValue(schema.means[column]),
        "standardDeviation": JSONValue(schema.standardDeviations[column]),
        "minimum": JSONValue(schema.minima[column]), "maximum": JSONValue(schema.maxima[column]),
      ]
    }
  }
}
