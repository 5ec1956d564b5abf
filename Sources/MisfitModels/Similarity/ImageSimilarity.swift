import MisfitCore

/// A comparison of an image with its reconstruction by what surrounds each pixel.
package enum ImageSimilarity: Sendable, Hashable, CaseIterable {
  /// The structural similarity index.
  case structural
  /// The multi-scale gradient magnitude similarity.
  case gradient

  /// Returns the error of each pixel, 1 - similarity: [height, width]; NaN near pixels that are NaN.
  ///
  /// The structural error is the mean over channels; the gradients are those of the channels' mean.
  ///
  /// Shapes: `image` and `reconstruction` [height, width, channels], with values in [0, 1].
  ///
  /// - Precondition: both fill the shape.
  package func errors(
    _ image: FloatSlice, _ reconstruction: FloatSlice, height: Int, width: Int, channels: Int
  ) -> [Float] {
    func planes(_ values: FloatSlice) -> [PixelPlane] {
      Self.planes(values, height: height, width: width, channels: channels)
    }
    let (first, second) = (planes(image), planes(reconstruction))
    switch self {
    case .structural:
      return Self.mean(zip(first, second).map { StructuralSimilarity.errors($0, $1) }).values
    case .gradient:
      return GradientSimilarity.errors(Self.mean(first), Self.mean(second)).values
    }
  }

  private static func planes(
    _ values: FloatSlice, height: Int, width: Int, channels: Int
  ) -> [PixelPlane] {
    precondition(values.count == height * width * channels, "values of another shape")
    let all = values.array
    guard channels > 1 else { return [PixelPlane(width: width, height: height, values: all)] }
    return (0..<channels).map { channel in
      PixelPlane(
        width: width, height: height,
        values: stride(from: channel, to: all.count, by: channels).map { all[$0] })
    }
  }

  private static func mean(_ planes: [PixelPlane]) -> PixelPlane {
    var sum = planes[0]
    guard planes.count > 1 else { return sum }
    for plane in planes.dropFirst() { sum = sum.combined(with: plane) { $0 + $1 } }
    let count = Float(planes.count)
    return sum.combined(with: sum) { value, _ in value / count }
  }
}
