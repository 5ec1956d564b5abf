import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitPlots

extension Schema {
  /// Whether samples can be shown as pictures: images of one or three channels.
  public var isPicture: Bool {
    guard let extents = shape.imageExtents else { return false }
    return extents.channels == 1 || extents.channels == 3
  }
}

extension ScoredSample {
  /// The sample and its reconstruction as pictures for a grid, or nil where they are none.
  ///
  /// Values in 0...1 are shown as they are; others are stretched between the sample's smallest and largest.
  func picture(rank: Int, schema: Schema) -> ReconstructionSample? {
    guard schema.isPicture else { return nil }
    var (low, span): (Float, Float) = (0, 1)
    if !schema.liesInUnitInterval, let smallest = input.min(), let largest = input.max() {
      low = smallest
      span = max(largest - smallest, .leastNormalMagnitude)
    }
    func image(_ values: [Float]) -> Image? {
      schema.image(of: values.map { ($0 - low) / span }, shape: shape)
    }
    guard let original = image(input), let rebuilt = image(reconstruction) else { return nil }
    return ReconstructionSample(
      rank: rank, id: title, label: label, errorText: NumberText.significant(error), original: original,
      reconstruction: rebuilt, differences: zip(input, reconstruction).map { ($1 - $0) / span },
      errors: errorMap?.map { $0.squareRoot() / span })
  }
}

extension Schema {
  /// An image of values in 0...1, row by row and channels together; nil where samples are no pictures.
  ///
  /// `shape` is that of an image stitched from tiles; without it, the model's.
  package func image(of values: [Float], shape: Shape? = nil) -> Image? {
    guard isPicture, let (height, width, channels) = (shape ?? self.shape).imageExtents else { return nil }
    let pixels = values.map { UInt8(max(0, min(255, ($0 * 255).rounded()))) }
    return Image(height: height, width: width, channels: channels, pixels: pixels)
  }
}
