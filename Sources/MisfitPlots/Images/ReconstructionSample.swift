import MisfitCore
import MisfitImages

/// One image of a reconstruction grid.
package struct ReconstructionSample: Sendable, Hashable {
  /// The rank, from 1.
  package var rank: Int
  /// The name or row number.
  package var id: String
  /// The label, if there is one.
  package var label: String?
  /// The score as text, such as `0.0412`.
  package var scoreText: String
  /// The input, if it differs from the expected output; then all samples of a grid have one.
  package var input: Image?
  /// The expected output: the input or its target.
  package var original: Image
  /// The model's output.
  package var reconstruction: Image
  /// Reconstruction minus original, before rounding to 8 bits.
  ///
  /// Shapes: [height * width * channels], as `original.pixels`. Units: 1 is the full range of a sample.
  package var differences: [Float]
  /// The magnitude of each pixel's error, shown instead of the differences if it is given.
  ///
  /// Shapes: [height * width]. Units: 1 is the full range of a sample.
  package var errors: [Float]?

  /// Creates a sample; without `differences` they are computed from the two images.
  ///
  /// - Precondition: the images have the same size and channels, and `differences` has the same shape.
  package init(
    rank: Int, id: String, label: String? = nil, scoreText: String, original: Image,
    reconstruction: Image, differences: [Float]? = nil, errors: [Float]? = nil
  ) {
    precondition(
      original.height == reconstruction.height && original.width == reconstruction.width
        && original.channels == reconstruction.channels, "the two images must have the same size")
    precondition(
      differences.map { $0.count == original.pixels.count } ?? true, "the differences must match the image")
    precondition(
      errors.map { $0.count == original.height * original.width } ?? true, "the errors must match the pixels")
    self.rank = rank
    self.errors = errors
    self.id = id
    self.label = label
    self.scoreText = scoreText
    self.original = original
    self.reconstruction = reconstruction
    self.differences =
      differences
      ?? zip(reconstruction.pixels, original.pixels).map { (Float($0) - Float($1)) / 255 }
  }

  /// Creates a sample with its score as a number.
  ///
  /// - Precondition: as above.
  package init(
    rank: Int, id: String, label: String? = nil, score: Double, original: Image, reconstruction: Image,
    differences: [Float]? = nil
  ) {
    self.init(
      rank: rank, id: id, label: label, scoreText: NumberText.significant(score), original: original,
      reconstruction: reconstruction, differences: differences)
  }

  /// One number for each pixel: its error if that is given, else the signed difference of a gray image or the
  /// mean absolute difference of a color image.
  var pixelDifferences: [Double] {
    if let errors { return errors.map(Double.init) }
    guard original.channels == 3 else { return differences.map(Double.init) }
    return stride(from: 0, to: differences.count, by: 3).map { start in
      let sum = differences[start..<start + 3].reduce(Float(0)) { $0 + abs($1) }
      return Double(sum) / 3
    }
  }
}
