import MisfitCore
import MisfitKernels

/// What a patch looks like apart from its brightness and contrast, and its brightness.
///
/// The values of a patch minus their mean are divided by their standard deviation, which flat patches have
/// little of, plus a floor. Means over cells of at least 2 x 2 pixels leave out noise. The mean of each
/// channel, in standard deviations of that mean over patches, follows: without it, a stain would not count.
///
/// Shapes: patches [H, W, C]; features [F], F = (cells + 1)·C.
package struct PatchFeatures: Sendable {
  fileprivate let channels: Int
  /// The number that is added to standard deviations.
  package let contrastFloor: Float
  /// The factor of the channels' means.
  package let brightnessScale: Float
  /// The cell of each pixel, from 0.
  private let cells: [Int]
  /// What a sum over a cell is divided by, so that a cell counts as much as its pixels.
  fileprivate let divisors: [Float]

  /// The maximum number of cells along a side.
  private static let sideLimit = 8
  /// The contrast floor as a share of the patches' mean contrast.
  private static let floorShare = 0.25

  /// The number of features, F.
  package var count: Int { (divisors.count + 1) * channels }

  /// Creates features with learned numbers.
  ///
  /// - Precondition: `shape` is that of images, and `contrastFloor` is above 0.
  package init(_ shape: SampleShape, contrastFloor: Float, brightnessScale: Float) {
    guard let patch = shape.imageExtents, contrastFloor > 0 else {
      preconditionFailure("patches of images, a floor above 0")
    }
    channels = patch.channels
    self.contrastFloor = contrastFloor
    self.brightnessScale = brightnessScale
    func cellSide(_ side: Int) -> Int { max(2, (side + Self.sideLimit - 1) / Self.sideLimit) }
    let (rows, columns) = (cellSide(patch.height), cellSide(patch.width))
    let across = (patch.width + columns - 1) / columns
    let cells = (0..<patch.height * patch.width).map { pixel in
      pixel / patch.width / rows * across + pixel % patch.width / columns
    }
    var counts = [Float](repeating: 0, count: (cells.max() ?? 0) + 1)
    for cell in cells { counts[cell] += 1 }
    self.cells = cells
    divisors = counts.map { $0.squareRoot() }
  }

  /// Creates features for the contrast and the brightness of a sample of patches: [N, H, W, C].
  ///
  /// - Precondition: there is a patch.
  init(of sample: Rows, _ shape: SampleShape) {
    precondition(sample.count > 0, "a patch")
    let moments = sample.indices.map { Self.moments(sample[$0]) }
    let count = Double(sample.count)
    let contrast = (moments.reduce(0) { $0 + $1.deviation * $1.deviation } / count).squareRoot()
    let mean = moments.reduce(0) { $0 + $1.mean } / count
    let spread = (moments.reduce(0) { $0 + ($1.mean - mean) * ($1.mean - mean) } / count).squareRoot()
    // Patches of one brightness have rounding noise alone.
    let least = 1e-6 * max(1, mean.magnitude)
    self.init(
      shape, contrastFloor: Float(max(Self.floorShare * contrast, 1e-6)),
      brightnessScale: Float(1 / max(spread, least)))
  }

  /// Returns the mean and the standard deviation of values.
  private static func moments(_ values: FloatSlice) -> (mean: Double, deviation: Double) {
    let values = values.span
    var (sum, squares) = (0.0, 0.0)
    for index in values.indices {
      let value = Double(values[index])
      sum += value
      squares += value * value
    }
    let count = Double(values.count)
    return (sum / count, max(0, squares / count - sum / count * (sum / count)).squareRoot())
  }

  /// The weights of the features that are sums of pixels, for a graph: [H·W·C, cells·C] and [H·W·C, C].
  var graphWeights: (cells: [Float], brightness: [Float]) {
    let width = divisors.count * channels
    var sums = [Float](repeating: 0, count: cells.count * channels * width)
    var means = [Float](repeating: 0, count: cells.count * channels * channels)
    for (pixel, cell) in cells.enumerated() {
      for channel in 0..<channels {
        let row = pixel * channels + channel
        sums[row * width + cell * channels + channel] = 1 / divisors[cell]
        means[row * channels + channel] = brightnessScale / Float(cells.count)
      }
    }
    return (sums, means)
  }
}

/// The buffers that compute the features of up to B patches; one thread uses a step at a time.
///
/// Shapes: patches [B, H, W, C]; features [B, F].
final class PatchFeatureStep: @unchecked Sendable {
  private let features: PatchFeatures
  private let normalized: Rows
  private let means: FloatSlice
  /// The sums over cells, a product of the patches with weights of cells: [B, cells·C].
  private let sums: Rows
  /// The weights [H·W·C, cells·C], and zeros that the sums begin with.
  private let weights: FloatSlice
  private let step: DenseStep

  /// Allocates the buffers.
  init(_ features: PatchFeatures, rowCapacity: Int) {
    self.features = features
    let cells = features.graphWeights.cells
    let width = features.divisors.count * features.channels
    weights = FloatBuffer(cells + Array(repeating: 0, count: width)).all
    normalized = Rows(count: rowCapacity, width: cells.count / width)
    means = FloatBuffer(count: rowCapacity).all
    sums = Rows(count: rowCapacity, width: width)
    step = DenseStep(
      inputCount: cells.count / width, outputCount: width, activation: .linear, kernelStart: 0,
      biasStart: cells.count, parameters: weights, input: normalized.slice, output: sums.slice)
  }

  /// Writes the features of patches.
  ///
  /// - Precondition: there are at most B patches, and as many rows of features.
  func write(_ patches: Rows, to target: Rows) {
    precondition(target.count == patches.count && target.width == features.count, "a row for each patch")
    VectorKernels.current.normalize(
      patches, floor: features.contrastFloor, into: normalized, means: means)
    step.forward(0..<patches.count)
    let (sumSlice, meanSlice, patchSlice) = (sums.slice, means, patches.slice)
    let (sums, means, values) = (sumSlice.span, meanSlice.span, patchSlice.span)
    let (width, count, channels) = (self.sums.width, target.width, features.channels)
    let pixels = patches.width / channels
    target.slice.withMutableSpan { target in
      for row in 0..<patches.count {
        for index in 0..<width { target[row * count + index] = sums[row * width + index] }
        for channel in 0..<channels {
          var mean = means[row]
          if channels > 1 {
            var sum: Float = 0
            for pixel in 0..<pixels { sum += values[(row * pixels + pixel) * channels + channel] }
            mean = sum / Float(pixels)
          }
          target[row * count + width + channel] = features.brightnessScale * mean
        }
      }
    }
  }
}
