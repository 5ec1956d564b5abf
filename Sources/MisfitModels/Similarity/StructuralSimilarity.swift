import MisfitCore

/// The structural similarity index (SSIM) of Wang, Bovik, Sheikh and Simoncelli (2004), for values in [0, 1].
///
/// Means, variances and the covariance around each pixel are weighted by a Gaussian with a standard deviation
/// of 1.5 pixels, over 11 x 11 pixels.
enum StructuralSimilarity {
  private static let luminanceConstant: Float = 0.01 * 0.01
  private static let contrastConstant: Float = 0.03 * 0.03

  /// The weights of a line of pixels; their sum is 1.
  static let weights: [Float] = {
    let weights = (-5...5).map { Mathematics.exp(-0.5 * Double($0 * $0) / (1.5 * 1.5)) }
    let sum = weights.reduce(0, +)
    return weights.map { Float($0 / sum) }
  }()

  /// Returns 1 - SSIM around each pixel of two planes, from 0 to 2.
  static func errors(_ first: PixelPlane, _ second: PixelPlane) -> PixelPlane {
    let (x, y) = (first.filtered(weights), second.filtered(weights))
    let squares = first.combined(with: first) { $0 * $1 }.filtered(weights)
    let otherSquares = second.combined(with: second) { $0 * $1 }.filtered(weights)
    let products = first.combined(with: second) { $0 * $1 }.filtered(weights)
    var result = x.values
    for index in result.indices {
      let (x, y) = (x.values[index], y.values[index])
      let variances = squares.values[index] - x * x + (otherSquares.values[index] - y * y)
      let covariance = products.values[index] - x * y
      let similarity =
        (2 * x * y + luminanceConstant) * (2 * covariance + contrastConstant)
        / ((x * x + y * y + luminanceConstant) * (variances + contrastConstant))
      result[index] = 1 - similarity
    }
    return PixelPlane(width: first.width, height: first.height, values: result)
  }
}
