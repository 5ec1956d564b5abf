import Misfit

extension Image {
  /// Returns a gray image of twice the sides, by cubic convolution with a coefficient of -0.5 (Keys, 1981),
  /// the usual bicubic interpolation.
  ///
  /// Beyond an edge, its pixels are repeated.
  var bicubicallyDoubled: [Double] {
    let (width, height) = (width, height)
    let wide = (0..<height).flatMap { row in
      (0..<2 * width).map { column in
        Self.interpolated(column, width) { Double(pixels[row * width + $0]) }
      }
    }
    return (0..<2 * height).flatMap { row in
      (0..<2 * width).map { column in
        let value = Self.interpolated(row, height) { wide[$0 * 2 * width + column] }
        return min(max(value, 0), 255)
      }
    }
  }

  /// Returns the value of a pixel of a line of twice the length.
  private static func interpolated(_ index: Int, _ length: Int, _ value: (Int) -> Double) -> Double {
    let place = (Double(index) + 0.5) / 2 - 0.5
    let first = Int(place.rounded(.down))
    return (first - 1...first + 2).reduce(0.0) { sum, near in
      let distance = abs(place - Double(near))
      let weight =
        distance <= 1
        ? (1.5 * distance - 2.5) * distance * distance + 1
        : ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
      return sum + weight * value(min(max(near, 0), length - 1))
    }
  }
}
