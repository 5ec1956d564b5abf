/// The gradient magnitude similarity (GMS) at several scales, for values in [0, 1].
///
/// The similarity is that of Xue, Zhang, Mou and Bovik (2014), its scales those of RIAD by Zavrtanik, Kristan
/// and Skočaj (2021).
///
/// At each scale the magnitudes of the two images' gradients, by Prewitt's operator, are compared. The next
/// scale has the means of 2 x 2 pixels.
enum GradientSimilarity {
  private static let constant: Float = 0.0026
  /// The maximum number of scales.
  private static let scaleLimit = 4
  /// The shortest side of a scale other than the first.
  private static let shortestSide = 8

  /// Returns 1 - GMS around each pixel of two planes, from 0 to 1: the mean over the scales.
  static func errors(_ first: PixelPlane, _ second: PixelPlane) -> PixelPlane {
    var (image, other) = (first, second)
    var result = scaleErrors(image, other)
    var (count, factor) = (1, 2)
    while count < scaleLimit, (min(image.width, image.height) + 1) / 2 >= shortestSide {
      (image, other) = (image.halved(), other.halved())
      let errors = scaleErrors(image, other)
        .enlarged(by: factor, width: first.width, height: first.height)
      for index in result.values.indices { result.values[index] += errors.values[index] }
      (count, factor) = (count + 1, factor * 2)
    }
    for index in result.values.indices { result.values[index] /= Float(count) }
    return result
  }

  private static func scaleErrors(_ first: PixelPlane, _ second: PixelPlane) -> PixelPlane {
    magnitudes(first).combined(with: magnitudes(second)) {
      1 - (2 * $0 * $1 + constant) / ($0 * $0 + $1 * $1 + constant)
    }
  }

  /// Returns the magnitudes of the gradients; beyond an edge, its pixels are repeated.
  private static func magnitudes(_ plane: PixelPlane) -> PixelPlane {
    let (width, height, values) = (plane.width, plane.height, plane.values)
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for row in 0..<height {
      let rows = [max(0, row - 1), row, min(height - 1, row + 1)].map { $0 * width }
      for column in 0..<width {
        let (left, right) = (max(0, column - 1), min(width - 1, column + 1))
        var (across, down) = (Float(0), Float(0))
        for start in rows { across += values[start + right] - values[start + left] }
        for place in [left, column, right] { down += values[rows[2] + place] - values[rows[0] + place] }
        (across, down) = (across / 3, down / 3)
        result.append((across * across + down * down).squareRoot())
      }
    }
    return PixelPlane(width: width, height: height, values: result)
  }
}
