import MisfitCore
import MisfitKernels

/// Lays the layers of an architecture one after the other into an arena.
struct NetworkBuilder {
  private(set) var layers: [any Layer] = []
  /// The end of the last layer's parameters.
  private(set) var offset = 0
  /// Which of the layers gives the code.
  private(set) var codeIndex = 0
  private let architecture: Architecture
  /// The dense layers by their place in the architecture.
  private var denseLayers: [Int: DenseLayer] = [:]

  init(_ architecture: Architecture) { self.architecture = architecture }

  mutating func append(_ specification: LayerSpecification, at index: Int, input: Shape, output: Shape) {
    let layer = layer(specification, at: index, input: input, output: output)
    if let dense = layer as? DenseLayer { denseLayers[index] = dense }
    offset = layer.tensors.last.map { max(offset, $0.range.upperBound) } ?? offset
    layers.append(layer)
    if index <= architecture.codeLayer { codeIndex = layers.count - 1 }
  }

  private func layer(
    _ specification: LayerSpecification, at index: Int, input: Shape, output: Shape
  ) -> any Layer {
    let name = architecture.layerName(index)
    switch specification {
    case .dense(let units, let activation):
      return DenseLayer(
        name: name, inputCount: input.elementCount, outputCount: units, activation: activation, offset: offset
      )
    case .tiedDense(_, let activation):
      guard let mirrored = denseLayers[architecture.mirror(of: index)] else {
        preconditionFailure("a checked architecture has the layers that others are tied to")
      }
      return TiedDenseLayer(name: name, mirrored: mirrored, activation: activation, offset: offset)
    case .convolution(let numbers):
      return ConvolutionLayer(
        name: name, numbers, isTransposed: false, image: input, places: output, offset: offset)
    case .transposedConvolution(let numbers):
      return ConvolutionLayer(
        name: name, numbers, isTransposed: true, image: output, places: input, offset: offset)
    case .maximumPooling(let numbers): return WindowLayer(.maximum, numbers, image: input, places: output)
    case .averagePooling(let numbers): return WindowLayer(.average, numbers, image: input, places: output)
    case .upsampling(let size):
      return WindowLayer(.repetition, .init(size), image: output, places: input)
    case .normalization(let activation):
      return NormalizationLayer(name: name, shape: input, activation: activation, offset: offset)
    case .dropout(let share):
      return DropoutLayer(width: input.elementCount, share: share, number: layers.count)
    case .flatten, .reshape: preconditionFailure("a view is no layer that computes")
    }
  }
}

extension Architecture {
  /// `encoder.0`, `decoder.1`.
  func layerName(_ index: Int) -> String {
    index <= codeLayer ? "encoder.\(index)" : "decoder.\(index - codeLayer - 1)"
  }
}
