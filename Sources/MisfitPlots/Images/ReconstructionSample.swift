import MisfitCore
import MisfitImages

/// One image of a reconstruction grid.
public struct ReconstructionSample: Sendable, Hashable {
  /// Its place in the ranking, from 1.
  public var rank: Int
  /// Its name or row.
  public var id: String
  /// Its label, where there is one.
  public var label: String?
  /// Its error as text, such as `0.0412`.
  public var errorText: String
  /// What went in, where that is something else than what should have come out; then all samples of a grid have
  /// one.
  public var input: Image?
  /// What should have come out: what went in, or its target.
  public var original: Image
  /// What came out.
  public var reconstruction: Image
  /// Reconstruction minus original, before rounding to 8 bits.
  ///
  /// Shapes: [height * width * channels], as `original.pixels`. Units: 1 is the full range of a sample.
  public var differences: [Float]
  /// The size of the error of each pixel, shown in place of the differences where it is given.
  ///
  /// Shapes: [height * width]. Units: 1 is the full range of a sample.
  public var errors: [Float]?

  /// Makes a sample; without `differences` they are taken between the two images.
  ///
  /// - Precondition: the images have the same size and channels, and `differences` fits them.
  public init(
    rank: Int, id: String, label: String? = nil, errorText: String, original: Image,
    reconstruction: Image, differences: [Float]? = nil, errors: [Float]? = nil
  ) {
    precondition(
      original.height == reconstruction.height && original.width == reconstruction.width
        && original.channels == reconstruction.channels, "two images of one size")
    precondition(differences.map { $0.count == original.pixels.count } ?? true, "a difference a sample")
    precondition(
      errors.map { $0.count == original.height * original.width } ?? true, "an error a pixel")
    self.rank = rank
    self.errors = errors
    self.id = id
    self.label = label
    self.errorText = errorText
    self.original = original
    self.reconstruction = reconstruction
    self.differences =
      differences
      ?? zip(reconstruction.pixels, original.pixels).map { (Float($0) - Float($1)) / 255 }
  }

  /// Makes a sample with its error as a number.
  ///
  /// - Precondition: as above.
  public init(
    rank: Int, id: String, label: String? = nil, error: Double, original: Image, reconstruction: Image,
    differences: [Float]? = nil
  ) {
    self.init(
      rank: rank, id: id, label: label, errorText: NumberText.significant(error), original: original,
      reconstruction: reconstruction, differences: differences)
  }

  /// One number a pixel: its error where that is given, else the signed difference of a grey image and the mean
  /// size of a colour image's differences.
  var pixelDifferences: [Double] {
    if let errors { return errors.map(Double.init) }
    guard original.channels == 3 else { return differences.map(Double.init) }
    return stride(from: 0, to: differences.count, by: 3).map { start in
      let sum = differences[start..<start + 3].reduce(Float(0)) { $0 + abs($1) }
      return Double(sum) / 3
    }
  }
}
