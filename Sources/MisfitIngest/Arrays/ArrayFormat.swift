import MisfitCore

/// The header of a binary array file.
struct ArrayFormat: Sendable, Equatable {
  /// The name of the format, `IDX` or `NPY`.
  var name: String
  var element: ElementType
  /// The number of samples, followed by their extents.
  var extents: [Int]
  /// Whether the first index varies fastest.
  var isFortranOrder = false
  /// The byte offset of the numbers.
  var dataByteOffset: Int

  var rowCount: Int { extents[0] }

  /// Returns the shape of a sample: a number, a row, a gray image, or an image with channels.
  func sampleShape() -> SampleShape? {
    switch extents.count {
    case 1: SampleShape([1])
    case 2: SampleShape([extents[1]])
    case 3: SampleShape([extents[1], extents[2], 1])
    case 4: SampleShape([extents[1], extents[2], extents[3]])
    default: nil
    }
  }

  /// Returns the number of bytes of all numbers; nil if that overflows.
  func dataByteCount() -> Int? {
    var product = element.byteCount
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      product = next
    }
    let (_, overflow) = product.addingReportingOverflow(dataByteOffset)
    return overflow ? nil : product
  }

  /// Whether samples are images of bytes.
  var holdsPixels: Bool {
    extents.count >= 3 && element.kind == .unsigned && element.byteCount == 1
  }
}
