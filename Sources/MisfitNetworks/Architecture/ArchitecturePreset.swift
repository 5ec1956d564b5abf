import MisfitCore
import MisfitKernels

/// Architectures by name.
public enum ArchitecturePreset: String, CaseIterable, Sendable {
  /// One hidden layer of 32.
  case dense
  /// 128, 64, 32 units, and back.
  case deep
  /// Three convolutions with pooling, and three transposed ones.
  case conv
  /// Convolutions with batch normalisation round a dense code of 128.
  case convNormalized = "conv-bn"

  /// The architecture for samples of a shape.
  ///
  /// - Throws: ``ArchitectureError`` where the preset cannot take the shape.
  public func architecture(
    inputShape: Shape, outputActivation: Activation
  ) throws(ArchitectureError) -> Architecture {
    let text =
      switch self {
      case .dense: Self.funnel([32], inputShape, outputActivation)
      case .deep: Self.funnel([128, 64, 32], inputShape, outputActivation)
      case .conv: try convolutional(inputShape, outputActivation)
      case .convNormalized: try normalized(inputShape, outputActivation)
      }
    return try Architecture(text, inputShape: inputShape)
  }

  private static func funnel(_ widths: [Int], _ shape: Shape, _ output: Activation) -> String {
    let encoder = widths.map { "dense \($0) relu" }.joined(separator: " | ")
    let decoder = widths.dropLast().reversed().map { "dense \($0) relu | " }.joined()
    return "\(encoder) || \(decoder)dense \(shape.elementCount) \(output.rawValue)"
  }

  /// A pooling halves an odd side downwards; a valid transposed convolution doubles it back and adds one.
  private func convolutional(_ shape: Shape, _ output: Activation) throws(ArchitectureError) -> String {
    guard let image = shape.imageExtents, min(image.height, image.width) >= 8 else {
      throw needs("images of at least 8 x 8 pixels", shape)
    }
    var (height, width) = (image.height, image.width)
    var paddings: [String] = []
    for _ in 0..<3 {
      guard height % 2 == width % 2 else {
        throw needs("images whose halves, quarters and eighths are both even or both odd", shape)
      }
      paddings.insert(height % 2 == 0 ? "" : " valid", at: 0)
      (height, width) = (height / 2, width / 2)
    }
    return """
      conv 16 3 relu | pool 2 | conv 32 3 relu | pool 2 | conv 64 3 relu | pool 2 \
      || deconv 32 3 s2\(paddings[0]) relu | deconv 16 3 s2\(paddings[1]) relu \
      | deconv \(image.channels) 3 s2\(paddings[2]) \(output.rawValue)
      """
  }

  private func normalized(_ shape: Shape, _ output: Activation) throws(ArchitectureError) -> String {
    guard let image = shape.imageExtents, image.height % 4 == 0, image.width % 4 == 0 else {
      throw needs("images whose sides are multiples of 4", shape)
    }
    let (height, width) = (image.height / 4, image.width / 4)
    return """
      conv 16 3 relu | norm | pool 2 | conv 32 3 relu | norm | pool 2 | conv 32 3 relu | flatten \
      | dense 128 sigmoid || dense \(height * width * 32) relu | reshape \(height) \(width) 32 \
      | deconv 32 3 relu | norm | up 2 | deconv 32 3 relu | norm | up 2 | deconv 16 3 relu \
      | conv \(image.channels) 3 \(output.rawValue)
      """
  }

  private func needs(_ wants: String, _ shape: Shape) -> ArchitectureError {
    ArchitectureError(.presetNeeds(name: rawValue, wants: wants, given: shape))
  }
}
