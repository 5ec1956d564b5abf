/// The images of which a report has pictures.
package enum DrawnImages: Sendable, Hashable {
  /// The flagged images, but at least 12 and at most 200 with the largest scores, and a few examples.
  case automatic
  /// The images with the largest scores, and a few examples.
  case worst(Int)
  /// All images.
  case all
  /// No image: neither pictures nor regions are computed.
  case none

  /// The least and the greatest number of images that are drawn by default.
  static let usualCounts = 12...200
}
