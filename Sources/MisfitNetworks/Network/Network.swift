import MisfitCore
import MisfitKernels

/// An autoencoder: its layers, and one arena with all their parameters.
public final class Network: Sendable {
  /// What the network was built from.
  public let architecture: Architecture
  /// Every parameter, layer after layer; a layer's kernel stands before its bias.
  public let parameters: FloatSlice
  /// The named tensors, in the order of the arena.
  public let tensors: [ParameterTensor]

  let layers: [any Layer]

  /// Builds a network whose parameters are all 0, to be initialised or read from a file.
  ///
  /// - Throws: ``ArchitectureError``.
  public init(_ architecture: Architecture) throws(ArchitectureError) {
    try architecture.check()
    self.architecture = architecture
    var layers: [any Layer] = []
    var offset = 0
    var inputs = architecture.inputShape.elementCount
    for (index, specification) in architecture.layers.enumerated() {
      let layer = Self.layer(specification, at: index, of: architecture, inputs: inputs, offset: offset)
      offset = layer.tensors.last?.range.upperBound ?? offset
      inputs = layer.outputCount
      layers.append(layer)
    }
    self.layers = layers
    tensors = layers.flatMap(\.tensors)
    parameters = FloatBuffer(count: offset).all
  }

  /// Builds a network with first weights drawn from a seed.
  ///
  /// - Throws: ``ArchitectureError``.
  public convenience init(
    _ architecture: Architecture, initialization: Initialization = .glorot, seed: UInt64
  ) throws(ArchitectureError) {
    try self.init(architecture)
    for (index, layer) in layers.enumerated() {
      var generator = SeededGenerator(seed: seed, stream: RandomStream.weights + UInt64(index))
      layer.initialize(parameters, as: initialization, using: &generator)
    }
  }

  /// The number of parameters.
  public var parameterCount: Int { parameters.count }

  /// The number of values of a sample.
  public var width: Int { architecture.inputShape.elementCount }

  /// The most values that a sample has on its way, input and output included.
  var widest: Int { max(width, layers.map(\.outputCount).max() ?? 0) }

  /// Name, output width and parameter count of each layer, for a table.
  public var layerTable: [(name: String, outputCount: Int, activation: String, parameterCount: Int)] {
    zip(layers, architecture.layers).map { layer, specification in
      let name = layer.tensors.first.map { String($0.name.prefix { $0 != "." }) } ?? ""
      switch specification {
      case .dense(_, let activation):
        return (
          "\(name) dense", layer.outputCount, activation.rawValue,
          layer.tensors.reduce(0) { $0 + $1.range.count }
        )
      }
    }
  }

  private static func layer(
    _ specification: LayerSpecification, at index: Int, of architecture: Architecture, inputs: Int,
    offset: Int
  ) -> any Layer {
    let isEncoder = index <= architecture.codeLayer
    let name = isEncoder ? "encoder.\(index)" : "decoder.\(index - architecture.codeLayer - 1)"
    switch specification {
    case .dense(let units, let activation):
      return DenseLayer(
        name: name, inputCount: inputs, outputCount: units, activation: activation, offset: offset)
    }
  }
}

/// The streams that one seed is split into, so that more numbers in one use do not change another.
package enum RandomStream {
  package static let weights: UInt64 = 0x100
  package static let split: UInt64 = 1
  package static let shuffle: UInt64 = 2
  package static let generator: UInt64 = 3
}
