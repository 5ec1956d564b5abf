import Misfit
import MisfitCore
import MisfitKernels
import MisfitModels
import MisfitNetworks
import MisfitPlots

/// Drawings of a model: its layers, its first weights, and the variance that its components explain.
///
///     let drawings = DetectorDrawings(try Detector.load("mnist.misfit"))
///     try drawings.network?.write(to: "network.png")
///     try drawings.weights()?.write(to: "weights.png")
package struct DetectorDrawings: Sendable {
  /// The detector that is drawn.
  package let detector: Detector

  /// Creates the drawings of a detector.
  package init(_ detector: Detector) { self.detector = detector }

  /// A diagram of the layers, with the bottleneck marked; nil for a model that is not a network.
  package var network: NetworkDiagram? {
    guard let network = detector.autoencoder else { return nil }
    let input = network.architecture.inputShape
    var layers = [
      NetworkDiagram.Layer(text: "input", shape: input.description, valueCount: input.elementCount)
    ]
    for (index, row) in network.layerTable.enumerated() {
      layers.append(
        NetworkDiagram.Layer(
          text: row.text, shape: row.outputShape.description, valueCount: row.outputCount,
          parameterCount: row.parameterCount, isCode: index == network.architecture.codeLayer))
    }
    let untrained = network.parameterCount - network.trainedParameterCount
    let code = CountText.of(network.architecture.codeCount, "value")
    return NetworkDiagram(
      title: "The network",
      subtitle:
        """
        \(NumberText.grouped(network.parameterCount)) \
        parameters\(untrained > 0 ? ", \(NumberText.grouped(untrained)) of them not trained" : ""), a code \
        of \(code)
        """,
      layers: layers)
  }

  /// The cumulative share of the variance that the first components explain; nil for models other than
  /// principal components.
  package var explainedVariance: CurvePlot? {
    guard let model = detector.model.asPrincipalComponents else { return nil }
    var together = 0.0
    let sums = model.explainedShares.map { share -> Double? in
      together += share
      return together * 100
    }
    return CurvePlot(
      title: "Explained variance", subtitle: model.summary, xLabel: "components",
      yLabel: "% of the variance, together",
      series: [CurveSeries(name: "explained together", valuesByEpoch: sums)])
  }

  /// Returns a drawing of the weights of the first layer that has some, or of the components, at most `count`
  /// units: images if the layer sees images of one or three channels, else a heat map of units and columns.
  ///
  /// Nil for other models.
  ///
  /// Shapes: the image of a dense unit is as large as the sample, that of a filter as large as its window.
  /// For other numbers of channels, each channel has an image.
  package func weights(atMost count: Int = 100, scaling: WeightScaling = .common) -> (any Drawing)? {
    guard let units = FirstLayer(detector.model, shape: detector.schema.shape) else { return nil }
    let shown = units.shown(atMost: count)
    let subtitle = units.subtitle(shown: shown.count)
    guard let image = units.image else { return heatMap(of: shown, subtitle: subtitle, units) }
    let isPicture = image.channels == 1 || image.channels == 3
    let images =
      isPicture
      ? shown
      : shown.flatMap { values in
        (0..<image.channels).map { channel in
          stride(from: channel, to: values.count, by: image.channels).map { values[$0] }
        }
      }
    return ImageGrid.weights(
      title: units.title, subtitle: subtitle + (isPicture ? "" : ", an image for each channel"), images,
      height: image.height, width: image.width, channels: isPicture ? image.channels : 1, scaling: scaling,
      columnCount: isPicture ? nil : image.channels)
  }

  private func heatMap(of rows: [[Float]], subtitle: String, _ units: FirstLayer) -> HeatMap {
    let schema = detector.schema
    let width = units.width
    let names = (0..<width).map {
      width == schema.width ? schema.featureName(at: $0) : "\($0 + 1)"
    }
    return HeatMap(
      title: units.title, subtitle: subtitle, columnTitle: "column", rowTitle: units.unitName,
      columns: names, rows: rows.indices.map { "\($0 + 1)" },
      values: rows.flatMap { $0.map { Double($0) } }, valueName: "weight", map: .diverging)
  }
}
