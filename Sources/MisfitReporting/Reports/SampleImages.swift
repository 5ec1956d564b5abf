import Misfit
import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitPlots

extension Schema {
  /// Whether samples can be shown as pictures: images of one or three channels.
  package var isPicture: Bool {
    guard let extents = shape.imageExtents else { return false }
    return extents.channels == 1 || extents.channels == 3
  }
}

extension ScoredSample {
  /// Returns the sample and its reconstruction as images for a grid, with its target if it has one; nil if
  /// they are not pictures.
  ///
  /// Values in 0...1 are shown unchanged; others are scaled from the range of the sample (or its target).
  package func picture(rank: Int, of detector: Detector) -> ReconstructionSample? {
    guard detector.showsPictures else { return nil }
    let schema = detector.outputSchema
    let truth = target ?? input
    let range = Self.range(of: truth, schema)
    func image(_ values: [Float]) -> Image? {
      schema.image(of: values.map { ($0 - range.low) / range.span }, shape: outputShape)
    }
    guard let original = image(truth), let reconstructed = image(reconstruction) else { return nil }
    var sample = ReconstructionSample(
      rank: rank, id: title, label: label, scoreText: NumberText.significant(score), original: original,
      reconstruction: reconstructed, differences: zip(truth, reconstruction).map { ($1 - $0) / range.span },
      errors: errorMap?.map { $0.squareRoot() / range.span })
    if target != nil {
      let range = Self.range(of: input, detector.schema)
      sample.input = detector.schema.image(of: input.map { ($0 - range.low) / range.span }, shape: shape)
    }
    return sample
  }

  /// Returns the value shown as black, and the distance from it to white.
  private static func range(of values: [Float], _ schema: Schema) -> (low: Float, span: Float) {
    guard !schema.liesInUnitInterval, let low = values.min(), let high = values.max() else { return (0, 1) }
    return (low, max(high - low, .leastNormalMagnitude))
  }
}

extension Detector {
  /// Whether samples and reconstructions can be shown as pictures.
  package var showsPictures: Bool { schema.isPicture && outputSchema.isPicture }
}

extension Schema {
  /// Returns an image of values in 0...1, row by row with interleaved channels; nil if samples are not
  /// pictures.
  ///
  /// `shape` is the shape of an image stitched from tiles; nil means the model's.
  package func image(of values: [Float], shape: SampleShape? = nil) -> Image? {
    guard isPicture, let (height, width, channels) = (shape ?? self.shape).imageExtents else { return nil }
    let pixels = values.map { UInt8(max(0, min(255, ($0 * 255).rounded()))) }
    return Image(height: height, width: width, channels: channels, pixels: pixels)
  }
}
