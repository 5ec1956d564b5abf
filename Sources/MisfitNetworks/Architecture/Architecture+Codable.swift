import MisfitCore
import MisfitKernels

/// In a model file, an architecture is its text; those of dense layers were once written as a list.
extension Architecture: Codable {
  private enum CodingKeys: String, CodingKey {
    case inputShape, targetShape, text, layers, codeLayer
  }

  /// A layer in a file of the first version.
  private enum ListedLayer: Codable {
    case dense(units: Int, activation: Activation)
  }

  /// Decodes either form, and checks it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let inputShape = try container.decode(Shape.self, forKey: .inputShape)
    let targetShape = try container.decodeIfPresent(Shape.self, forKey: .targetShape)
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

  /// Encodes a list where all layers are plain dense ones, as earlier versions read it, and else the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(inputShape, forKey: .inputShape)
    try container.encodeIfPresent(targetShape, forKey: .targetShape)
    let listed = layers.compactMap { layer -> ListedLayer? in
      if case .dense(let units, let activation) = layer {
        return .dense(units: units, activation: activation)
      }
      return nil
    }
    if listed.count == layers.count {
      try container.encode(listed, forKey: .layers)
      try container.encode(codeLayer, forKey: .codeLayer)
    } else {
      try container.encode(text, forKey: .text)
    }
  }
}
