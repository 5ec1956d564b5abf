import MisfitCore
import MisfitKernels

/// In a model file, an architecture is its text or, for plain dense layers, a list as in the first version.
extension Architecture: Codable {
  private enum CodingKeys: String, CodingKey {
    case inputShape, targetShape, text, layers, codeLayer
  }

  /// A layer in a file of the first version.
  private enum ListedLayer: Codable {
    case dense(units: Int, activation: Activation)
  }

  /// Decodes either form, and checks the architecture.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let inputShape = try container.decode(SampleShape.self, forKey: .inputShape)
    let targetShape = try container.decodeIfPresent(SampleShape.self, forKey: .targetShape)
    if let text = try container.decodeIfPresent(String.self, forKey: .text) {
      self = try Architecture(text, inputShape: inputShape, targetShape: targetShape)
      return
    }
    let layers = try container.decode([ListedLayer].self, forKey: .layers)
    self.inputShape = inputShape
    self.targetShape = targetShape
    self.layers = layers.map { layer in
      switch layer {
      case .dense(let units, let activation): .dense(units: units, activation: activation)
      }
    }
    codeLayer = try container.decode(Int.self, forKey: .codeLayer)
  }

  /// Encodes a list if all layers are plain dense ones, for earlier versions, and else the text.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(inputShape, forKey: .inputShape)
    try container.encodeIfPresent(targetShape, forKey: .targetShape)
    let listed = layers.compactMap { layer -> ListedLayer? in
      guard let dense = layer.dense, !dense.isTied else { return nil }
      return .dense(units: dense.units, activation: dense.activation ?? .linear)
    }
    if listed.count == layers.count {
      try container.encode(listed, forKey: .layers)
      try container.encode(codeLayer, forKey: .codeLayer)
    } else {
      try container.encode(text, forKey: .text)
    }
  }
}
