/// The extent of one sample along each axis.
///
/// A table's row is `[columns]`; an image is `[height, width, channels]`, in the order of Keras. A batch adds
/// no axis: its number of rows is stored apart from the shape.
public struct SampleShape: Hashable, Sendable {
  /// The extents, outermost first; each is at least 1.
  public let extents: [Int]

  /// Creates a shape; nil if an extent is below 1 or the product overflows.
  public init?(_ extents: [Int]) {
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard extent >= 1, !overflow else { return nil }
      product = next
    }
    self.extents = extents
    elementCount = product
  }

  /// Returns the shape of a table's row.
  ///
  /// - Precondition: `columns` is at least 1.
  public static func row(_ columns: Int) -> SampleShape {
    guard let shape = SampleShape([columns]) else { preconditionFailure("a row needs at least one column") }
    return shape
  }

  /// Returns the shape of an image.
  ///
  /// - Precondition: every extent is at least 1.
  public static func image(height: Int, width: Int, channels: Int) -> SampleShape {
    guard let shape = SampleShape([height, width, channels]) else {
      preconditionFailure("an image needs at least one pixel and one channel")
    }
    return shape
  }

  /// The number of values in one sample.
  public let elementCount: Int

  /// The height, width and channels, or nil if the sample is not an image.
  public var imageExtents: (height: Int, width: Int, channels: Int)? {
    extents.count == 3 ? (extents[0], extents[1], extents[2]) : nil
  }
}

extension SampleShape: CustomStringConvertible {
  /// The extents, as in `28 x 28 x 1`.
  public var description: String { extents.map(String.init).joined(separator: " x ") }
}

extension SampleShape: Codable {
  /// Decodes an array of extents; invalid extents are an error, not a trap.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let shape = SampleShape(try container.decode([Int].self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "an extent below 1, or too large")
    }
    self = shape
  }

  /// Encodes the array of extents.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(extents)
  }
}
