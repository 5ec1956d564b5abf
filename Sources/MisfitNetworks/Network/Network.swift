import MisfitCore
import MisfitKernels

/// An autoencoder: its layers, and one arena of all parameters.
package final class Network: Sendable {
  /// The architecture of the network.
  package let architecture: Architecture
  /// All parameters, layer by layer; the kernel of a layer precedes its bias.
  package let parameters: FloatSlice
  /// The named tensors, in arena order.
  package let tensors: [ParameterTensor]

  /// The layers that compute; layers that only reshape are not among them.
  let layers: [any Layer]
  /// The index of the code layer in ``layers``.
  let codeIndex: Int
  /// The layers if all are dense, for plans that need their sizes; nil if there is any other.
  let denseLayers: [DenseLayer]?

  /// Creates a network without random weights, to be read from a file.
  ///
  /// All parameters are 0, except the scales and running variances of normalization layers, which are 1.
  ///
  /// - Throws: ``ArchitectureError``.
  package init(_ architecture: Architecture) throws(ArchitectureError) {
    try architecture.check()
    try architecture.checkLibraries()
    self.architecture = architecture
    let shapes = [architecture.inputShape] + (try architecture.outputShapes())
    var builder = NetworkBuilder(architecture)
    for (index, specification) in architecture.layers.enumerated() {
      builder.append(specification, at: index, shapes: shapes)
    }
    layers = builder.layers
    codeIndex = builder.codeIndex
    tensors = builder.layers.flatMap(\.tensors)
    let denseLayers = builder.layers.compactMap(\.asDense)
    self.denseLayers = denseLayers.count == builder.layers.count ? denseLayers : nil
    parameters = FloatBuffer(count: builder.offset).all
    for layer in builder.layers { layer.setConstants(in: parameters) }
  }

  /// Creates a network with random initial weights.
  ///
  /// Each `start` has weights of its own.
  ///
  /// - Throws: ``ArchitectureError``.
  package convenience init(
    _ architecture: Architecture, initialization: Initialization = .glorot, seed: UInt64, start: Int = 0
  ) throws(ArchitectureError) {
    try self.init(architecture)
    for (index, layer) in layers.enumerated() {
      let stream =
        start == 0 ? SeedStream.weights[index] : SeedStream.laterWeights[(start - 1) * 0x100 + index]
      var generator = SeededGenerator(seed: seed, stream: stream)
      layer.initialize(parameters, as: initialization, using: &generator)
    }
  }

  /// The number of parameters.
  package var parameterCount: Int { parameters.count }

  /// The multiplications per row of each layer with weights, in the forward pass.
  package var multiplicationsPerRow: [Int] { layers.map(\.multiplicationsPerRow).filter { $0 > 0 } }

  /// The number of values of a sample.
  package var width: Int { architecture.inputShape.elementCount }

  /// Whether the code alone determines the output: no layer after it joins one before it.
  package var decodesCodes: Bool {
    layers.dropFirst(codeIndex + 1).allSatisfy { ($0.joint?.layer ?? codeIndex) >= codeIndex }
  }

  /// The number of values of a reconstruction.
  package var outputWidth: Int { layers.last?.outputCount ?? width }

  /// The largest number of values of a sample in any layer, input and output included.
  var widest: Int { max(width, layers.map(\.outputCount).max() ?? 0) }

  /// The number of parameters that gradients change.
  package var trainedParameterCount: Int {
    architecture.parameterCounts.reduce(0) { $0 + $1.trained }
  }

  /// The ranges of the parameters that gradients change, in arena order; adjacent ranges are joined.
  var trainedRanges: [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for counts in architecture.parameterCounts {
      let range = start..<start + counts.trained
      if let last = ranges.last, last.upperBound == start {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else if !range.isEmpty {
        ranges.append(range)
      }
      start = range.upperBound + counts.running
    }
    return ranges
  }

  /// A row of ``Network/layerTable``.
  package struct LayerRow: Sendable, Hashable {
    /// The name of the layer, such as `encoder.0 dense`.
    package var name: String
    /// The text of the layer in the architecture language.
    package var text: String
    /// The output shape.
    package var outputShape: SampleShape
    /// The name of the activation; empty if the layer has none.
    package var activation: String
    /// The number of parameters.
    package var parameterCount: Int

    /// The number of output values.
    package var outputCount: Int { outputShape.elementCount }
  }

  /// The layers in the form of a table.
  package var layerTable: [LayerRow] {
    guard let shapes = try? architecture.outputShapes() else { return [] }
    let counts = architecture.parameterCounts
    return architecture.layers.enumerated().map { index, layer in
      let kind = layer.text.prefix { $0 != " " }
      return LayerRow(
        name: "\(architecture.layerName(index)) \(kind)", text: layer.text, outputShape: shapes[index],
        activation: layer.activation?.rawValue ?? "",
        parameterCount: counts[index].trained + counts[index].running)
    }
  }
}
