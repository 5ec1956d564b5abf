import MisfitCore
import MisfitKernels

/// The layers of an autoencoder, and which of them gives the code.
public struct Architecture: Hashable, Sendable {
  /// The shape of a sample.
  public var inputShape: Shape
  /// The shape of what a sample becomes, where that is something else than the sample; nil for an
  /// autoencoder.
  public var targetShape: Shape?
  /// From the input to the output, which has as many values as the target or, without one, the input.
  public var layers: [LayerSpecification]
  /// The position in `layers` of the layer whose output is the code (the bottleneck).
  public var codeLayer: Int

  /// Makes an architecture.
  ///
  /// - Throws: ``ArchitectureError`` where it has no layer, a layer without units or with an input that it
  ///   cannot take, or another count of outputs than the target or, without one, the input has values.
  public init(
    inputShape: Shape, targetShape: Shape? = nil, layers: [LayerSpecification], codeLayer: Int
  ) throws(ArchitectureError) {
    self.inputShape = inputShape
    self.targetShape = targetShape
    self.layers = layers
    self.codeLayer = codeLayer
    try check()
  }

  /// Reads an architecture: `conv 16 3 relu | pool 2 || up 2 | conv 1 3 sigmoid`.
  ///
  /// Layers stand from the input on, `|` between them, `||` after the one that gives the code. A layer is a
  /// name and its numbers:
  ///
  /// - `dense UNITS [ACTIVATION] [tied]`; tied: with the mirrored layer's kernel, turned over
  /// - `conv FILTERS SIZE [sSTRIDE] [same|valid] [ACTIVATION]`, and `deconv`, the transposed convolution
  /// - `pool SIZE [sSTRIDE] [same|valid]`, and `avgpool`
  /// - `up SIZE`, `norm [ACTIVATION]`, `flatten`, `reshape HEIGHT WIDTH CHANNELS`, `dropout SHARE`
  ///
  /// A size is `3`, or `3x5` for 3 rows and 5 columns. Convolutions are `same` and poolings `valid` unless
  /// said otherwise; an activation that is not given is linear.
  ///
  /// - Throws: ``ArchitectureError`` with its column in the text.
  public init(
    _ text: String, inputShape: Shape, targetShape: Shape? = nil
  ) throws(ArchitectureError) {
    let reading = try ArchitectureText.read(text)
    do {
      try self.init(
        inputShape: inputShape, targetShape: targetShape, layers: reading.layers,
        codeLayer: reading.codeLayer)
    } catch {
      var error = error
      if let layer = error.kind.layer { error.textColumn = reading.columns[layer - 1] }
      throw error
    }
  }

  /// A dense autoencoder: `hidden` are the widths of the encoder's layers, the last of them the code.
  ///
  /// The decoder mirrors the encoder unless `decoder` gives its hidden widths.
  ///
  /// - Throws: ``ArchitectureError``.
  public static func dense(
    inputShape: Shape, targetShape: Shape? = nil, hidden: [Int], decoder: [Int]? = nil,
    activation: Activation = .relu,
    codeActivation: Activation? = nil, outputActivation: Activation = .linear
  ) throws(ArchitectureError) -> Architecture {
    guard let codeUnits = hidden.last else { throw ArchitectureError(.noLayers) }
    var layers = hidden.dropLast().map { LayerSpecification.dense(units: $0, activation: activation) }
    layers.append(.dense(units: codeUnits, activation: codeActivation ?? activation))
    for units in decoder ?? hidden.dropLast().reversed() {
      layers.append(.dense(units: units, activation: activation))
    }
    layers.append(
      .dense(units: (targetShape ?? inputShape).elementCount, activation: outputActivation))
    return try Architecture(
      inputShape: inputShape, targetShape: targetShape, layers: layers, codeLayer: hidden.count - 1)
  }

  /// The architecture as it is typed.
  public var text: String {
    let texts = layers.map(\.text)
    let (encoder, decoder) = (texts.prefix(codeLayer + 1), texts.dropFirst(codeLayer + 1))
    return [encoder, decoder].map { $0.joined(separator: " | ") }.joined(separator: " || ")
  }

  /// The shape of what the network gives: the target's or, without one, the input's.
  public var outputShape: Shape { targetShape ?? inputShape }

  /// The shapes that come out of the layers.
  ///
  /// - Throws: ``ArchitectureError`` where a layer cannot take what it is given.
  public func outputShapes() throws(ArchitectureError) -> [Shape] {
    guard inputShape.elementCount <= LayerSpecification.valuesAtMost else {
      throw ArchitectureError(.tooLarge(layer: 1))
    }
    var shapes: [Shape] = []
    for (index, layer) in layers.enumerated() {
      shapes.append(try layer.outputShape(of: shapes.last ?? inputShape, layer: index + 1))
    }
    return shapes
  }

  /// The activation of the last layer that computes something.
  public var outputActivation: Activation { layers.last { !$0.isView }?.activation ?? .linear }

  /// The number of values of the code.
  ///
  /// - Precondition: the architecture was checked.
  public var codeCount: Int {
    guard let shapes = try? outputShapes(), shapes.indices.contains(codeLayer) else { return 0 }
    return shapes[codeLayer].elementCount
  }

  /// The number of parameters.
  ///
  /// - Precondition: the architecture was checked.
  public var parameterCount: Int {
    parameterCounts.reduce(0) { $0 + $1.trained + $1.running }
  }

  /// The parameters of each layer: those that gradients change, and those that follow the data.
  ///
  /// - Precondition: the architecture was checked.
  var parameterCounts: [(trained: Int, running: Int)] {
    guard let shapes = try? outputShapes() else { return [] }
    return layers.enumerated().map { index, layer in
      layer.parameterCounts(input: index == 0 ? inputShape : shapes[index - 1])
    }
  }

  /// The values that a sample has on its way, layer by layer, without the input's.
  ///
  /// - Precondition: the architecture was checked.
  public var valuesPerRow: Int { ((try? outputShapes()) ?? []).reduce(0) { $0 + $1.elementCount } }

  /// The widths from input to output, `784-32-784`, where all layers are dense; else the text.
  public var summary: String {
    var widths = [inputShape.elementCount]
    for layer in layers {
      guard case .dense(let units, _) = layer else { return text }
      widths.append(units)
    }
    return widths.map(String.init).joined(separator: "-")
  }

  /// Makes sure that a network can be built from this, wherever it came from.
  ///
  /// - Throws: ``ArchitectureError``.
  public func check() throws(ArchitectureError) {
    guard !layers.isEmpty else { throw ArchitectureError(.noLayers) }
    guard layers.count <= Self.layerLimit else {
      throw ArchitectureError(.tooManyLayers(layers.count, limit: Self.layerLimit))
    }
    guard layers.indices.contains(codeLayer) else { throw ArchitectureError(.codeLayerOutside(codeLayer)) }
    let shapes = try outputShapes()
    var parameters = 0
    for (index, counts) in parameterCounts.enumerated() {
      let (sum, overflow) = parameters.addingReportingOverflow(counts.trained + counts.running)
      guard !overflow, sum < 1 << 40 else { throw ArchitectureError(.tooLarge(layer: index + 1)) }
      parameters = sum
      try checkTie(index, shapes)
    }
    try checkSizes(shapes)
    try checkOutput(shapes)
    guard layers[...codeLayer].contains(where: { !$0.isView }) else { throw ArchitectureError(.codeIsInput) }
    if let last = layers.lastIndex(where: { !$0.isView }), !layers[last].canBeLast {
      throw ArchitectureError(.cannotBeLast(layer: last + 1, name: layers[last].text))
    }
  }

  /// The same with the decoder's dense layers tied to those that they mirror.
  ///
  /// - Throws: ``ArchitectureError`` where one of them mirrors none.
  public func tied() throws(ArchitectureError) -> Architecture {
    let layers = layers.enumerated().map { index, layer in
      guard index > codeLayer, case .dense(let units, let activation) = layer else { return layer }
      return .tiedDense(units: units, activation: activation)
    }
    return try Architecture(
      inputShape: inputShape, targetShape: targetShape, layers: layers, codeLayer: codeLayer)
  }

  /// The layer of the encoder that a layer of the decoder mirrors.
  func mirror(of index: Int) -> Int { 2 * codeLayer + 1 - index }

  /// The most layers of a network.
  public static let layerLimit = 500

  /// Makes sure that layers without parameters, which cost nothing to write down, ask for no absurd memory or
  /// time.
  ///
  /// An image may have 16 times as many pixels as the largest of input, output and dense layers, or 4,096;
  /// and a pooling may look at 2^36 values for one sample.
  private func checkSizes(_ shapes: [Shape]) throws(ArchitectureError) {
    var largest = max(inputShape.pixelCount, outputShape.pixelCount, 256)
    for (index, shape) in shapes.enumerated() {
      switch layers[index] {
      case .dense(let units, _), .tiedDense(let units, _): largest = max(largest, units)
      case .maximumPooling(let numbers), .averagePooling(let numbers):
        let input = index == 0 ? inputShape : shapes[index - 1]
        let window = min(input.pixelCount, numbers.size.height * numbers.size.width)
        guard window <= 1 << 36 / shape.elementCount else {
          throw ArchitectureError(.tooMuchWork(layer: index + 1, name: layers[index].text))
        }
      default: break
      }
      guard shape.imageExtents == nil || shape.pixelCount <= 16 * largest else {
        throw ArchitectureError(
          .tooManyPixels(
            layer: index + 1, name: layers[index].text, count: shape.pixelCount, limit: 16 * largest))
      }
    }
  }

  /// Makes sure that as many values come out as are wanted; a last view may give them any shape.
  private func checkOutput(_ shapes: [Shape]) throws(ArchitectureError) {
    guard let output = shapes.last, output.elementCount != outputShape.elementCount else { return }
    throw ArchitectureError(
      .outputDiffers(
        layer: layers.count, name: layers[layers.count - 1].text, output: output, wanted: outputShape,
        isTarget: targetShape != nil))
  }

  private func checkTie(_ index: Int, _ shapes: [Shape]) throws(ArchitectureError) {
    guard case .tiedDense(let units, _) = layers[index] else { return }
    let mirror = mirror(of: index)
    let inputs = index == 0 ? inputShape : shapes[index - 1]
    guard index > codeLayer, layers.indices.contains(mirror), case .dense(let mirrored, _) = layers[mirror],
      mirrored == inputs.elementCount,
      units == (mirror == 0 ? inputShape : shapes[mirror - 1]).elementCount
    else {
      throw ArchitectureError(.nothingToTie(layer: index + 1, name: layers[index].text))
    }
  }
}
