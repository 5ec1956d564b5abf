import MisfitCore
import MisfitKernels

/// Places the layers of an architecture one after the other in an arena.
struct NetworkBuilder {
  private(set) var layers: [any Layer] = []
  /// The end of the last layer's parameters.
  private(set) var offset = 0
  /// Which of the layers gives the code.
  private(set) var codeIndex = 0
  private let architecture: Architecture
  /// What the last up-sampling was given.
  private var smallShape: Shape?
  /// The dense layers by their place in the architecture.
  private var denseLayers: [Int: DenseLayer] = [:]

  init(_ architecture: Architecture) { self.architecture = architecture }

  mutating func append(_ specification: LayerSpecification, at index: Int, input: Shape, output: Shape) {
    if let fused = upsampledLayer(specification, at: index, output: output) {
      layers[layers.count - 1] = fused
      offset = fused.bias.range.upperBound
      return
    }
    let layer = layer(specification, at: index, input: input, output: output)
    if let dense = layer as? DenseLayer { denseLayers[index] = dense }
    offset = layer.tensors.last.map { max(offset, $0.range.upperBound) } ?? offset
    layers.append(layer)
    if case .upsampling = specification { smallShape = input }
    if index <= architecture.codeLayer { codeIndex = layers.count - 1 }
  }

  /// An up-sampling and the convolution right after it as one layer; nil where this is no such convolution,
  /// or the up-sampled pixels are asked for as the code.
  private func upsampledLayer(
    _ specification: LayerSpecification, at index: Int, output: Shape
  ) -> ConvolutionLayer? {
    guard index > 0, case .upsampling(let factors) = architecture.layers[index - 1],
      index - 1 != architecture.codeLayer, let small = smallShape
    else { return nil }
    let (numbers, isTransposed): (LayerSpecification.Convolution, Bool)
    switch specification {
    case .convolution(let found): (numbers, isTransposed) = (found, false)
    case .transposedConvolution(let found): (numbers, isTransposed) = (found, true)
    default: return nil
    }
    guard numbers.stride == PixelSize(1), numbers.padding == .same else { return nil }
    return ConvolutionLayer(
      name: architecture.layerName(index), numbers, isTransposed: isTransposed, upsampling: factors,
      small: small, large: output, offset: offset)
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
        preconditionFailure("the architecture was not checked: the mirrored layer is missing")
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
    case .flatten, .reshape: preconditionFailure("a view does not compute")
    }
  }
}

extension Architecture {
  /// `encoder.0`, `decoder.1`.
  func layerName(_ index: Int) -> String {
    index <= codeLayer ? "encoder.\(index)" : "decoder.\(index - codeLayer - 1)"
  }
}
