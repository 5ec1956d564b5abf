/// A point on a canvas.
///
/// Units: points (1/96 inch on a page at scale 1), x to the right, y downwards from the top left.
public struct PlotPoint: Hashable, Sendable {
  /// The distance from the left edge.
  public var x: Double
  /// The distance from the top edge.
  public var y: Double

  /// Creates a point.
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// The size of a drawing.
///
/// Units: points, as for ``PlotPoint``.
public struct PlotSize: Hashable, Sendable {
  /// The width.
  public var width: Double
  /// The height.
  public var height: Double

  /// Creates a size.
  public init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }
}

/// A rectangle with sides along the axes.
///
/// Units: points, as for ``PlotPoint``.
public struct PlotRectangle: Hashable, Sendable {
  /// The left side.
  public var minX: Double
  /// The upper side.
  public var minY: Double
  /// The width.
  public var width: Double
  /// The height.
  public var height: Double

  /// Creates a rectangle.
  public init(x: Double, y: Double, width: Double, height: Double) {
    minX = x
    minY = y
    self.width = width
    self.height = height
  }

  /// The right side.
  public var maxX: Double { minX + width }
  /// The lower side.
  public var maxY: Double { minY + height }
  /// The horizontal middle.
  public var midX: Double { minX + width / 2 }
  /// The vertical middle.
  public var midY: Double { minY + height / 2 }

  /// Returns the rectangle without a margin on each side.
  public func inset(
    left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0
  ) -> PlotRectangle {
    PlotRectangle(
      x: minX + left, y: minY + top, width: max(width - left - right, 1),
      height: max(height - top - bottom, 1))
  }
}
