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

  /// The layers that compute something; those that only reshape are none of them.
  let layers: [any Layer]
  /// Which of them gives the code.
  let codeIndex: Int

  /// Builds a network to be initialised or read from a file.
  ///
  /// All parameters are 0, but for the factors and running variances of normalisations, which are 1.
  ///
  /// - Throws: ``ArchitectureError``.
  public init(_ architecture: Architecture) throws(ArchitectureError) {
    try architecture.check()
    self.architecture = architecture
    let shapes = try architecture.outputShapes()
    var builder = NetworkBuilder(architecture)
    for (index, specification) in architecture.layers.enumerated() where !specification.isView {
      builder.append(
        specification, at: index, input: index == 0 ? architecture.inputShape : shapes[index - 1],
        output: shapes[index])
    }
    layers = builder.layers
    codeIndex = builder.codeIndex
    tensors = builder.layers.flatMap(\.tensors)
    parameters = FloatBuffer(count: builder.offset).all
    for case let layer as NormalizationLayer in builder.layers { layer.reset(parameters) }
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

  /// The multiplications of each layer with weights for one row, forward.
  public var multiplicationsPerRow: [Int] { layers.map(\.multiplicationsPerRow).filter { $0 > 0 } }

  /// The number of values of a sample.
  public var width: Int { architecture.inputShape.elementCount }

  /// The number of values of a reconstruction.
  public var outputWidth: Int { layers.last?.outputCount ?? width }

  /// The most values that a sample has on its way, input and output included.
  var widest: Int { max(width, layers.map(\.outputCount).max() ?? 0) }

  /// The parameters that training changes by their gradients.
  public var trainedParameterCount: Int {
    architecture.parameterCounts.reduce(0) { $0 + $1.trained }
  }

  /// A layer as a table shows it.
  public struct LayerRow: Sendable, Hashable {
    /// `encoder.0 dense`.
    public var name: String
    /// The layer as it is typed.
    public var text: String
    /// The shape that comes out.
    public var outputShape: Shape
    /// The name of its activation; empty where it has none.
    public var activation: String
    /// Its parameters.
    public var parameterCount: Int

    /// The number of values that come out.
    public var outputCount: Int { outputShape.elementCount }
  }

  /// The layers, for a table.
  public var layerTable: [LayerRow] {
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

/// The streams that one seed is split into, so that more numbers in one use do not change another.
package enum RandomStream {
  package static let weights: UInt64 = 0x100
  package static let split: UInt64 = 1
  package static let shuffle: UInt64 = 2
  package static let generator: UInt64 = 3
  package static let noise: UInt64 = 4
  /// Layer i drops by this and i.
  package static let dropout: UInt64 = 0x10000
}
