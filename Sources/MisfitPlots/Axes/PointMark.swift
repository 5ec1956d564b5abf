/// The shapes of points, so that categories differ by more than their color.
enum PointMark: CaseIterable {
  case circle
  case square
  case triangle
  case diamond

  func draw(at center: PlotPoint, radius: Double, _ color: PlotColor, on canvas: Canvas) {
    func corner(_ x: Double, _ y: Double) -> PlotPoint {
      PlotPoint(center.x + x * radius, center.y + y * radius)
    }
    switch self {
    case .circle: canvas.fillCircle(center: center, radius: radius, color)
    case .square:
      canvas.fill(
        polygon: [corner(-0.9, -0.9), corner(0.9, -0.9), corner(0.9, 0.9), corner(-0.9, 0.9)], color)
    case .triangle: canvas.fill(polygon: [corner(0, -1.15), corner(1.05, 0.75), corner(-1.05, 0.75)], color)
    case .diamond:
      canvas.fill(polygon: [corner(0, -1.25), corner(1.25, 0), corner(0, 1.25), corner(-1.25, 0)], color)
    }
  }
}
