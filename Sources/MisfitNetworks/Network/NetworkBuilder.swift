import MisfitCore
import MisfitKernels

/// Places the layers of an architecture one after the other in an arena.
struct NetworkBuilder {
  private(set) var layers: [any Layer] = []
  /// The end of the last layer's parameters.
  private(set) var offset = 0
  /// The index of the code layer in ``layers``.
  private(set) var codeIndex = 0
  private let architecture: Architecture
  /// The layers by their index in the architecture.
  private var layerOfIndex: [Int: any Layer] = [:]
  /// For each layer of the architecture, the index in ``layers`` of the one that computes its output; -1 for
  /// the input of the network.
  private var computingIndices: [Int] = []

  init(_ architecture: Architecture) { self.architecture = architecture }

  /// Adds the layer at `index` of the architecture, whose input has the shape `shapes[index]`.
  ///
  /// - Precondition: `shapes` are those of the input and of all outputs of the architecture.
  mutating func append(_ specification: LayerSpecification, at index: Int, shapes: [SampleShape]) {
    let skipped = specification.kind.skippedNumber.map { number in
      (layer: number == 0 ? -1 : computingIndices[number - 1], shape: shapes[number])
    }
    let site = LayerSite(
      name: architecture.layerName(index), input: shapes[index], output: shapes[index + 1], offset: offset,
      index: layers.count, skipped: skipped, mirrored: layerOfIndex[architecture.mirror(of: index)])
    if let fused = fusedLayer(specification, at: site, index: index, shapes: shapes) {
      layers.removeLast()
      add(fused, at: index)
    } else if let layer = specification.kind.layer(at: site) {
      add(layer, at: index)
      if index <= architecture.codeLayer { codeIndex = layers.count - 1 }
    }
    computingIndices.append(layers.count - 1)
  }

  private mutating func add(_ layer: any Layer, at index: Int) {
    layers.append(layer)
    layerOfIndex[index] = layer
    offset = layer.tensors.last?.range.upperBound ?? offset
  }

  /// Returns this layer fused with an up-sampling right before it; nil if there is none, it cannot be fused,
  /// or the up-sampled pixels are the code or joined by a later layer.
  private func fusedLayer(
    _ specification: LayerSpecification, at site: LayerSite, index: Int, shapes: [SampleShape]
  ) -> (any Layer)? {
    guard index > 0, index - 1 != architecture.codeLayer, !architecture.isJoined(index - 1),
      let factors = architecture.layers[index - 1].kind.repeatedPixels
    else { return nil }
    return specification.kind.layer(at: site, fusing: factors, of: shapes[index - 1])
  }
}

extension Architecture {
  /// Returns the name of a layer: `encoder.0`, `decoder.1`.
  func layerName(_ index: Int) -> String {
    index <= codeLayer ? "encoder.\(index)" : "decoder.\(index - codeLayer - 1)"
  }
}
