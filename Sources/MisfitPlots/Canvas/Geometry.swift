/// A point on a canvas.
///
/// Units: points (1/96 inch on a page at scale 1), x to the right, y downwards from the top left.
package struct PlotPoint: Hashable, Sendable {
  /// The distance from the left edge.
  package var x: Double
  /// The distance from the top edge.
  package var y: Double

  /// Creates a point.
  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// The size of a drawing.
///
/// Units: points, as for ``PlotPoint``.
package struct PlotSize: Hashable, Sendable {
  /// The width.
  package var width: Double
  /// The height.
  package var height: Double

  /// Creates a size.
  package init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }
}

/// A rectangle with sides along the axes.
///
/// Units: points, as for ``PlotPoint``.
package struct PlotRectangle: Hashable, Sendable {
  /// The left side.
  package var minX: Double
  /// The upper side.
  package var minY: Double
  /// The width.
  package var width: Double
  /// The height.
  package var height: Double

  /// Creates a rectangle.
  package init(x: Double, y: Double, width: Double, height: Double) {
    minX = x
    minY = y
    self.width = width
    self.height = height
  }

  /// The right side.
  package var maxX: Double { minX + width }
  /// The lower side.
  package var maxY: Double { minY + height }
  /// The horizontal middle.
  package var midX: Double { minX + width / 2 }
  /// The vertical middle.
  package var midY: Double { minY + height / 2 }

  /// Returns the rectangle without a margin on each side.
  package func inset(
    left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0
  ) -> PlotRectangle {
    PlotRectangle(
      x: minX + left, y: minY + top, width: max(width - left - right, 1),
      height: max(height - top - bottom, 1))
  }
}
