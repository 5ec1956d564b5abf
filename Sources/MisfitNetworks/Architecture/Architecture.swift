import MisfitCore
import MisfitKernels

/// The layers of an autoencoder, and which of them is the code.
package struct Architecture: Hashable, Sendable {
  /// The shape of a sample.
  package var inputShape: SampleShape
  /// The shape of the target of a sample, if it is not the sample itself; nil for an autoencoder.
  package var targetShape: SampleShape?
  /// The layers from input to output, which has as many values as the target or, without one, the input.
  package var layers: [LayerSpecification]
  /// The index of the layer whose output is the code (the bottleneck).
  package var codeLayer: Int

  /// Creates an architecture.
  ///
  /// - Throws: ``ArchitectureError`` if there are no layers, a layer has no units or does not take its input,
  ///   or the number of outputs is not that of the target or, without one, of the input.
  package init(
    inputShape: SampleShape, targetShape: SampleShape? = nil, layers: [LayerSpecification], codeLayer: Int
  ) throws(ArchitectureError) {
    self.inputShape = inputShape
    self.targetShape = targetShape
    self.layers = layers
    self.codeLayer = codeLayer
    try check()
  }

  /// Parses an architecture: `conv 16 3 relu | pool 2 || up 2 | conv 1 3 sigmoid`.
  ///
  /// Layers are listed from input to output, separated by `|`, with `||` after the code layer. A layer is a
  /// name and its numbers:
  ///
  /// - `dense UNITS [ACTIVATION] [tied]`; tied: with the transposed kernel of the mirrored layer
  /// - `conv FILTERS SIZE [sSTRIDE] [same|valid] [ACTIVATION]`, and `deconv`, the transposed convolution
  /// - `pool SIZE [sSTRIDE] [same|valid]`, and `avgpool`
  /// - `up SIZE`, `norm [ACTIVATION]`, `flatten`, `reshape HEIGHT WIDTH CHANNELS`, `dropout SHARE`
  /// - `add LAYER [ACTIVATION]`, and `concat LAYER`, of an earlier layer by its number, from 1, or `input`
  ///
  /// A size is `3`, or `3x5` for 3 rows and 5 columns. By default, convolutions are `same`, poolings `valid`,
  /// and activations linear.
  ///
  /// - Throws: ``ArchitectureError`` with its column in the text.
  package init(
    _ text: String, inputShape: SampleShape, targetShape: SampleShape? = nil
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

  /// Creates a dense autoencoder: `hidden` are the widths of the encoder's layers, the last of them the code.
  ///
  /// The decoder mirrors the encoder unless `decoder` contains its hidden widths.
  ///
  /// - Throws: ``ArchitectureError``.
  package static func dense(
    inputShape: SampleShape, targetShape: SampleShape? = nil, hidden: [Int], decoder: [Int]? = nil,
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

  /// The architecture in the architecture language.
  package var text: String {
    let texts = layers.map(\.text)
    let (encoder, decoder) = (texts.prefix(codeLayer + 1), texts.dropFirst(codeLayer + 1))
    return [encoder, decoder].map { $0.joined(separator: " | ") }.joined(separator: " || ")
  }

  /// The shape of the network's output: that of the target or, without one, of the input.
  package var outputShape: SampleShape { targetShape ?? inputShape }

  /// Returns the output shapes of the layers.
  ///
  /// - Throws: ``ArchitectureError`` if a layer does not take its input.
  package func outputShapes() throws(ArchitectureError) -> [SampleShape] {
    guard inputShape.elementCount <= LayerCheck.valueLimit else {
      throw ArchitectureError(.tooLarge(layer: 1))
    }
    var shapes: [SampleShape] = []
    for (index, layer) in layers.enumerated() {
      let input = shapes.last ?? inputShape
      guard let number = layer.kind.skippedNumber else {
        shapes.append(try layer.kind.outputShape(of: input, layer: index + 1))
        continue
      }
      guard number <= index else {
        throw ArchitectureError(.joinsLater(layer: index + 1, name: layer.text, number))
      }
      let skipped = number == 0 ? inputShape : shapes[number - 1]
      shapes.append(try layer.kind.outputShape(of: input, joining: skipped, layer: index + 1))
    }
    return shapes
  }

  /// Whether some layer joins the output of the layer at an index.
  func isJoined(_ index: Int) -> Bool { layers.contains { $0.kind.skippedNumber == index + 1 } }

  /// The activation of the last layer that computes.
  package var outputActivation: Activation { layers.last { !$0.isView }?.activation ?? .linear }

  /// The number of values of the code.
  ///
  /// - Precondition: the architecture was checked.
  package var codeCount: Int {
    guard let shapes = try? outputShapes(), shapes.indices.contains(codeLayer) else { return 0 }
    return shapes[codeLayer].elementCount
  }

  /// The number of parameters.
  ///
  /// - Precondition: the architecture was checked.
  package var parameterCount: Int {
    parameterCounts.reduce(0) { $0 + $1.trained + $1.running }
  }

  /// The parameters of each layer: those that gradients change, and those that follow the data.
  ///
  /// - Precondition: the architecture was checked.
  var parameterCounts: [(trained: Int, running: Int)] {
    guard let shapes = try? outputShapes() else { return [] }
    return layers.enumerated().map { index, layer in
      layer.kind.parameterCounts(input: index == 0 ? inputShape : shapes[index - 1])
    }
  }

  /// The total number of values of a sample in all layers, without the input.
  ///
  /// - Precondition: the architecture was checked.
  package var valuesPerRow: Int { ((try? outputShapes()) ?? []).reduce(0) { $0 + $1.elementCount } }

  /// The widths from input to output, `784-32-784`, if all layers are dense; else the text.
  package var summary: String {
    var widths = [inputShape.elementCount]
    for layer in layers {
      guard let dense = layer.dense, !dense.isTied else { return text }
      widths.append(dense.units)
    }
    return widths.map(String.init).joined(separator: "-")
  }

  /// Checks that a network can be built from this architecture.
  ///
  /// - Throws: ``ArchitectureError``.
  package func check() throws(ArchitectureError) {
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
    if let last = layers.lastIndex(where: { !$0.isView }), !layers[last].kind.canBeLast {
      throw ArchitectureError(.cannotBeLast(layer: last + 1, name: layers[last].text))
    }
  }

  /// Checks that the libraries that its layers are computed by are installed.
  ///
  /// - Throws: ``ArchitectureError``.
  func checkLibraries() throws(ArchitectureError) {
    guard let index = layers.firstIndex(where: { $0.convolution != nil }), !MatrixProduct.hasOneDNN else {
      return
    }
    throw ArchitectureError(.noConvolutions(layer: index + 1, name: layers[index].text))
  }

  /// Returns the architecture with the decoder's dense layers tied to the layers that they mirror.
  ///
  /// - Throws: ``ArchitectureError`` if one of them does not mirror a dense layer.
  package func tied() throws(ArchitectureError) -> Architecture {
    let layers = layers.enumerated().map { index, layer in
      guard index > codeLayer, let dense = layer.dense, !dense.isTied else { return layer }
      return .tiedDense(units: dense.units, activation: dense.activation ?? .linear)
    }
    return try Architecture(
      inputShape: inputShape, targetShape: targetShape, layers: layers, codeLayer: codeLayer)
  }

  /// Returns the layer of the encoder that a layer of the decoder mirrors.
  func mirror(of index: Int) -> Int { 2 * codeLayer + 1 - index }

  /// The maximum number of layers of a network.
  package static let layerLimit = 500

  /// Checks that layers without parameters, which are short to write, do not need absurd memory or
  /// time.
  ///
  /// An image may have 16 times as many pixels as the largest of input, output and dense layers, or 4,096;
  /// a pooling may look at 2^36 values for one sample; and joined outputs may have 16 times as many values as
  /// the largest of the input and of layers with weights.
  private func checkSizes(_ shapes: [SampleShape]) throws(ArchitectureError) {
    var largest = max(inputShape.pixelCount, outputShape.pixelCount, 256)
    var mostValues = inputShape.elementCount
    for (index, shape) in shapes.enumerated() {
      let kind = layers[index].kind
      largest = max(largest, kind.explicitValueCount)
      let input = index == 0 ? inputShape : shapes[index - 1]
      if kind.parameterCounts(input: input).trained > 0 { mostValues = max(mostValues, shape.elementCount) }
      guard kind.skippedNumber == nil || shape.elementCount <= 16 * mostValues else {
        throw ArchitectureError(
          .joinsTooMuch(
            layer: index + 1, name: layers[index].text, count: shape.elementCount, limit: 16 * mostValues))
      }
      guard kind.windowCount(input: input) <= 1 << 36 / shape.elementCount else {
        throw ArchitectureError(.tooMuchWork(layer: index + 1, name: layers[index].text))
      }
      guard shape.imageExtents == nil || shape.pixelCount <= 16 * largest else {
        throw ArchitectureError(
          .tooManyPixels(
            layer: index + 1, name: layers[index].text, count: shape.pixelCount, limit: 16 * largest))
      }
    }
  }

  /// Checks the number of output values; a last view may have any shape.
  private func checkOutput(_ shapes: [SampleShape]) throws(ArchitectureError) {
    guard let output = shapes.last, output.elementCount != outputShape.elementCount else { return }
    throw ArchitectureError(
      .outputDiffers(
        layer: layers.count, name: layers[layers.count - 1].text, output: output, wanted: outputShape,
        isTarget: targetShape != nil))
  }

  private func checkTie(_ index: Int, _ shapes: [SampleShape]) throws(ArchitectureError) {
    guard let tied = layers[index].dense, tied.isTied else { return }
    let mirror = mirror(of: index)
    let inputs = index == 0 ? inputShape : shapes[index - 1]
    guard index > codeLayer, layers.indices.contains(mirror), let mirrored = layers[mirror].dense,
      !mirrored.isTied, mirrored.units == inputs.elementCount,
      tied.units == (mirror == 0 ? inputShape : shapes[mirror - 1]).elementCount
    else {
      throw ArchitectureError(.nothingToTie(layer: index + 1, name: layers[index].text))
    }
  }
}
