import MisfitCore
import MisfitKernels

/// One layer as it is asked for.
public enum LayerSpecification: Hashable, Sendable, Codable {
  /// Every unit sees every value: `activation(x · kernel + bias)`.
  case dense(units: Int, activation: Activation)
}

/// The layers of an autoencoder, and which of them gives the code.
public struct Architecture: Hashable, Sendable, Codable {
  /// The shape of a sample.
  public var inputShape: Shape
  /// From the input to the reconstruction, which has as many values as the input.
  public var layers: [LayerSpecification]
  /// The position in `layers` of the layer whose output is the code (the bottleneck).
  public var codeLayer: Int

  /// Makes an architecture.
  ///
  /// - Throws: ``ArchitectureError`` where it has no layer, a layer without units, or another count of outputs than of inputs.
  public init(inputShape: Shape, layers: [LayerSpecification], codeLayer: Int) throws(ArchitectureError) {
    self.inputShape = inputShape
    self.layers = layers
    self.codeLayer = codeLayer
    try check()
  }

  /// A dense autoencoder: `hidden` are the widths of the encoder's layers, the last of them the code.
  ///
  /// The decoder mirrors the encoder unless `decoder` gives its hidden widths.
  ///
  /// - Throws: ``ArchitectureError``.
  public static func dense(
    inputShape: Shape, hidden: [Int], decoder: [Int]? = nil, activation: Activation = .relu,
    codeActivation: Activation? = nil, outputActivation: Activation = .linear
  ) throws(ArchitectureError) -> Architecture {
    guard let codeUnits = hidden.last else { throw ArchitectureError(.noLayers) }
    var layers = hidden.dropLast().map { LayerSpecification.dense(units: $0, activation: activation) }
    layers.append(.dense(units: codeUnits, activation: codeActivation ?? activation))
    for units in decoder ?? hidden.dropLast().reversed() {
      layers.append(.dense(units: units, activation: activation))
    }
    layers.append(.dense(units: inputShape.elementCount, activation: outputActivation))
    return try Architecture(inputShape: inputShape, layers: layers, codeLayer: hidden.count - 1)
  }

  /// The activation of the last layer.
  public var outputActivation: Activation {
    guard case .dense(_, let activation)? = layers.last else { return .linear }
    return activation
  }

  /// The number of values of the code.
  public var codeCount: Int {
    guard case .dense(let units, _) = layers[codeLayer] else { return 0 }
    return units
  }

  /// The number of weights and biases.
  ///
  /// - Precondition: the architecture was checked.
  public var parameterCount: Int {
    var (inputs, count) = (inputShape.elementCount, 0)
    for case .dense(let units, _) in layers {
      count += (inputs + 1) * units
      inputs = units
    }
    return count
  }

  /// The widths from input to output: `784-32-784`.
  public var summary: String {
    let widths = layers.map { layer in
      switch layer {
      case .dense(let units, _): units
      }
    }
    return ([inputShape.elementCount] + widths).map(String.init).joined(separator: "-")
  }

  /// Makes sure that a network can be built from this, wherever it came from.
  ///
  /// - Throws: ``ArchitectureError``.
  public func check() throws(ArchitectureError) {
    guard !layers.isEmpty else { throw ArchitectureError(.noLayers) }
    guard layers.indices.contains(codeLayer) else { throw ArchitectureError(.codeLayerOutside(codeLayer)) }
    var inputs = inputShape.elementCount
    var parameters = 0
    for (index, layer) in layers.enumerated() {
      switch layer {
      case .dense(let units, _):
        guard units >= 1 else { throw ArchitectureError(.noUnits(layer: index + 1)) }
        let (weights, overflow) = inputs.multipliedReportingOverflow(by: units)
        guard !overflow, weights < 1 << 40 else { throw ArchitectureError(.tooLarge(layer: index + 1)) }
        parameters += weights + units
        guard parameters < 1 << 40 else { throw ArchitectureError(.tooLarge(layer: index + 1)) }
        inputs = units
      }
    }
    guard inputs == inputShape.elementCount else {
      throw ArchitectureError(.outputDiffers(outputs: inputs, inputs: inputShape.elementCount))
    }
  }
}

/// Why a network cannot be built.
public struct ArchitectureError: DiagnosableError, Hashable {
  /// What is wrong.
  public enum Kind: Hashable, Sendable {
    case noLayers
    case noUnits(layer: Int)
    case tooLarge(layer: Int)
    case outputDiffers(outputs: Int, inputs: Int)
    case codeLayerOutside(Int)
    /// Training it takes more memory than the machine has.
    case needsMemory(byteCount: Int, available: Int)
  }

  /// What is wrong.
  public var kind: Kind

  /// Makes an error.
  public init(_ kind: Kind) { self.kind = kind }

  /// The sentence.
  public var diagnosis: Diagnosis {
    switch kind {
    case .noLayers:
      Diagnosis(
        "the network has no hidden layer", remedy: "give the widths of its layers, as in `--hidden 16,4`")
    case .noUnits(let layer):
      Diagnosis("layer \(layer) has no units", remedy: "each width is a whole number of at least 1")
    case .tooLarge(let layer):
      Diagnosis("layer \(layer) would need more memory than any machine has", remedy: "make it narrower")
    case .needsMemory(let byteCount, let available):
      Diagnosis(
        "training this network takes \(NumberText.bytes(byteCount)), and the machine has \(NumberText.bytes(available))",
        remedy: "make its layers narrower, as in `--hidden 16,4`")
    case .outputDiffers(let outputs, let inputs):
      Diagnosis("the network gives \(outputs) values for a sample of \(inputs)")
    case .codeLayerOutside(let layer):
      Diagnosis("the code is said to come from layer \(layer + 1), which the network does not have")
    }
  }
}
