import MisfitCore
import MisfitKernels

/// A named architecture.
package enum ArchitecturePreset: String, CaseIterable, Sendable {
  /// One hidden layer of 32.
  case dense
  /// Layers of 128, 64 and 32 units, and a mirrored decoder.
  case deep
  /// Three convolutions with pooling, and three transposed convolutions.
  case conv
  /// Convolutions with batch normalization around a dense code of 128.
  case convNormalized = "conv-bn"
  /// Convolutions that keep every pixel, for targets that are images of the same scene: colored, cleaned, or
  /// scaled by whole factors.
  case imageToImage = "image-to-image"

  /// Returns the architecture for samples of a shape, and targets of another shape if there are any.
  ///
  /// - Throws: ``ArchitectureError`` if the preset does not take the shapes.
  package func architecture(
    inputShape: SampleShape, targetShape: SampleShape? = nil, outputActivation: Activation
  ) throws(ArchitectureError) -> Architecture {
    let target = targetShape ?? inputShape
    let text =
      switch self {
      case .dense: Self.funnel([32], target, outputActivation)
      case .deep: Self.funnel([128, 64, 32], target, outputActivation)
      case .conv: try convolutional(inputShape, target, outputActivation)
      case .convNormalized: try normalized(inputShape, target, outputActivation)
      case .imageToImage: try pixels(inputShape, target, outputActivation)
      }
    return try Architecture(text, inputShape: inputShape, targetShape: targetShape)
  }

  /// Whether the preset takes samples of one shape and targets of another.
  package func canTake(_ shape: SampleShape, to target: SampleShape) -> Bool {
    (try? architecture(inputShape: shape, targetShape: target, outputActivation: .linear)) != nil
  }

  /// Layers that keep every pixel, without a narrow code.
  ///
  /// If the target is larger, the first convolutions work on the small image.
  private func pixels(
    _ shape: SampleShape, _ target: SampleShape, _ output: Activation
  ) throws(ArchitectureError) -> String {
    guard let image = shape.imageExtents, let wanted = target.imageExtents,
      wanted.height % image.height == 0 && wanted.width % image.width == 0
        || image.height % wanted.height == 0 && image.width % wanted.width == 0
    else { throw needs("images whose sides are whole multiples or parts of the target's, \(target)", shape) }
    let up = PixelSize(max(1, wanted.height / image.height), max(1, wanted.width / image.width))
    let down = PixelSize(max(1, image.height / wanted.height), max(1, image.width / wanted.width))
    let first = down == PixelSize(1) ? "" : "avgpool \(down.text) | "
    let middle = up == PixelSize(1) ? "" : "up \(up.text) | "
    return """
      \(first)conv 32 5 relu | conv 32 3 relu || \(middle)conv 32 3 relu \
      | conv \(wanted.channels) 3 \(output.rawValue)
      """
  }

  private static func funnel(_ widths: [Int], _ shape: SampleShape, _ output: Activation) -> String {
    let encoder = widths.map { "dense \($0) relu" }.joined(separator: " | ")
    let decoder = widths.dropLast().reversed().map { "dense \($0) relu | " }.joined()
    return "\(encoder) || \(decoder)dense \(shape.elementCount) \(output.rawValue)"
  }

  /// Pooling halves an odd side rounding down; a valid transposed convolution doubles it and adds one.
  private func convolutional(
    _ shape: SampleShape, _ target: SampleShape, _ output: Activation
  ) throws(ArchitectureError) -> String {
    let channels = try channels(of: target, sizedAs: shape)
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
      | deconv \(channels) 3 s2\(paddings[2]) \(output.rawValue)
      """
  }

  private func normalized(
    _ shape: SampleShape, _ target: SampleShape, _ output: Activation
  ) throws(ArchitectureError) -> String {
    let channels = try channels(of: target, sizedAs: shape)
    guard let image = shape.imageExtents, image.height % 4 == 0, image.width % 4 == 0 else {
      throw needs("images whose sides are multiples of 4", shape)
    }
    let (height, width) = (image.height / 4, image.width / 4)
    return """
      conv 16 3 relu | norm | pool 2 | conv 32 3 relu | norm | pool 2 | conv 32 3 relu | flatten \
      | dense 128 sigmoid || dense \(height * width * 32) relu | reshape \(height) \(width) 32 \
      | deconv 32 3 relu | norm | up 2 | deconv 32 3 relu | norm | up 2 | deconv 16 3 relu \
      | conv \(channels) 3 \(output.rawValue)
      """
  }

  /// Returns the channels of a target that has the samples' height and width.
  private func channels(of target: SampleShape, sizedAs shape: SampleShape) throws(ArchitectureError) -> Int {
    guard let image = shape.imageExtents else { throw needs("images", shape) }
    guard let wanted = target.imageExtents, wanted.height == image.height, wanted.width == image.width
    else { throw needs("images of the target's size, \(target)", shape) }
    return wanted.channels
  }

  private func needs(_ wants: String, _ shape: SampleShape) -> ArchitectureError {
    ArchitectureError(.presetNeeds(name: rawValue, wants: wants, given: shape))
  }
}
