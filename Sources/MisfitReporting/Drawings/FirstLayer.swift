import Misfit
import MisfitCore
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// The weights of each unit of a model's first layer.
struct FirstLayer {
  /// The title of a drawing.
  let title: String
  /// The name of a unit: `unit`, `filter`, `component`.
  let unitName: String
  /// The number of units.
  let count: Int
  /// The number of weights of one unit.
  let width: Int
  /// The shape of the weights of one unit if they form an image; nil otherwise.
  let image: (height: Int, width: Int, channels: Int)?
  private let layerText: String
  private let values: FloatSlice
  private let order: Order

  /// The memory order of the weights of `count` units with `width` weights each.
  private enum Order {
    /// [width, count]
    case unitsLast
    /// [count, width]
    case unitsFirst
    /// [pixels, count, channels]
    case unitsBeforeChannels(Int)
  }

  /// Creates the weights of a model; nil for models without such weights.
  init?(_ model: any RowModel, shape: SampleShape) {
    if let components = model.asPrincipalComponents {
      title = "Principal components"
      unitName = "component"
      count = components.codeCount
      width = components.width
      image = shape.imageExtents
      layerText = "the first explains most"
      values = components.components
      order = .unitsFirst
      return
    }
    guard let network = model.asNetwork,
      let found = Self.firstWeighted(network),
      let kernel = network.tensors.first(where: { $0.name.hasSuffix(".kernel") })
    else { return nil }
    title = "Weights of the first layer"
    layerText = found.layer.text
    values = network.parameters[kernel.range]
    switch found.layer.convolution?.isTransposed {
    case false?:
      unitName = "filter"
      count = kernel.extents[3]
      image = (kernel.extents[0], kernel.extents[1], kernel.extents[2])
      width = kernel.extents[0] * kernel.extents[1] * kernel.extents[2]
      order = .unitsLast
    case true?:
      unitName = "filter"
      count = kernel.extents[2]
      image = (kernel.extents[0], kernel.extents[1], kernel.extents[3])
      width = kernel.extents[0] * kernel.extents[1] * kernel.extents[3]
      order = .unitsBeforeChannels(kernel.extents[3])
    case nil:
      unitName = "unit"
      count = kernel.extents[1]
      // An image that was flattened is drawn as an image.
      image = found.image.imageExtents
      width = kernel.extents[0]
      order = .unitsLast
    }
  }

  /// Returns the first layer with a kernel and its input shape; the shape before flattening, if no other
  /// layer is in between.
  private static func firstWeighted(
    _ network: Network
  ) -> (layer: LayerSpecification, image: SampleShape)? {
    let architecture = network.architecture
    guard let shapes = try? architecture.outputShapes() else { return nil }
    var shape = architecture.inputShape
    for (layer, output) in zip(architecture.layers, shapes) {
      if layer.dense != nil || layer.convolution != nil { return (layer, shape) }
      if layer.text != "flatten" { shape = output }
    }
    return nil
  }

  /// Returns the weights of the first units, each of the shape [width].
  func shown(atMost limit: Int) -> [[Float]] {
    (0..<min(count, max(limit, 0))).map { unit in
      (0..<width).map { values[offset(of: $0, unit)] }
    }
  }

  private func offset(of weight: Int, _ unit: Int) -> Int {
    switch order {
    case .unitsLast: weight * count + unit
    case .unitsFirst: unit * width + weight
    case .unitsBeforeChannels(let channels):
      (weight / channels * count + unit) * channels + weight % channels
    }
  }

  /// Returns the subtitle of a drawing that shows so many units.
  func subtitle(shown: Int) -> String {
    let noun = CountText.plural(unitName, count)
    let number =
      shown < count
      ? "\(NumberText.grouped(shown)) of \(NumberText.grouped(count)) \(noun)"
      : "\(NumberText.grouped(count)) \(noun)"
    return "\(number), \(layerText)"
  }
}
