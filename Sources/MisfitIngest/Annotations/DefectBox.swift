/// A rectangle around a defect, in pixels of the annotated image; edges may have fractions.
package struct DefectBox: Hashable, Sendable {
  /// The left edge.
  package var left: Double
  /// The upper edge.
  package var top: Double
  /// The right edge, after the last column.
  package var right: Double
  /// The lower edge, after the last row.
  package var bottom: Double

  /// Creates a box.
  package init(left: Double, top: Double, right: Double, bottom: Double) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// Returns the box in an image of another size.
  func scaled(from size: ImageSize, to other: ImageSize) -> DefectBox {
    let across = Double(other.width) / Double(size.width)
    let down = Double(other.height) / Double(size.height)
    return DefectBox(left: left * across, top: top * down, right: right * across, bottom: bottom * down)
  }

  /// Returns the pixels of an image that the box covers by half or more, at least one: their indices, row by
  /// row.
  func pixels(of size: ImageSize) -> [Int] {
    func range(_ low: Double, _ high: Double, _ count: Int) -> Range<Int> {
      let first = min(max(Int(low.rounded()), 0), count - 1)
      return first..<max(first + 1, min(Int(high.rounded()), count))
    }
    let columns = range(left, right, size.width)
    return range(top, bottom, size.height).flatMap { row in columns.map { row * size.width + $0 } }
  }
}

/// The annotation of an image.
package struct ImageAnnotation: Sendable {
  /// The size of the annotated image; nil if the file does not state it.
  var size: ImageSize?
  var content: Content

  enum Content: Sendable {
    /// Whether each pixel belongs to a defect, row by row.
    case mask([Bool])
    /// The rectangles around defects.
    case boxes([DefectBox])
    /// The rectangles around defects, with edges from 0 to 1.
    case unitBoxes([DefectBox])
  }
}
