/// One channel of an image: values [height, width], row by row.
struct PixelPlane {
  let width: Int
  let height: Int
  var values: [Float]

  init(width: Int, height: Int, values: [Float]) {
    precondition(
      width > 0 && height > 0 && values.count == width * height, "a plane of width * height values")
    self.width = width
    self.height = height
    self.values = values
  }

  /// Returns the plane of a function of two planes' values.
  ///
  /// - Precondition: the planes have the same size.
  func combined(with other: PixelPlane, _ body: (Float, Float) -> Float) -> PixelPlane {
    precondition(other.width == width && other.height == height, "planes of different sizes")
    var result = values
    for index in result.indices { result[index] = body(values[index], other.values[index]) }
    return PixelPlane(width: width, height: height, values: result)
  }

  /// Returns weighted sums along rows and then along columns; beyond an edge, the plane is mirrored.
  ///
  /// `weights` has an odd number of values, the middle one for the pixel itself. Sums are added in the order
  /// of the weights.
  func filtered(_ weights: [Float]) -> PixelPlane {
    let reach = weights.count / 2
    let left = Self.mirrored(from: -reach, count: width + 2 * reach, length: width)
    let above = Self.mirrored(from: -reach, count: height + 2 * reach, length: height)
    var rows = PixelPlane(width: width, height: height, values: Array(repeating: 0, count: values.count))
    var line = [Float](repeating: 0, count: left.count)
    for row in 0..<height {
      for index in left.indices { line[index] = values[row * width + left[index]] }
      for (tap, weight) in weights.enumerated() {
        rows.add(line, from: tap, times: weight, toRow: row)
      }
    }
    var result = PixelPlane(width: width, height: height, values: Array(repeating: 0, count: values.count))
    for row in 0..<height {
      for (tap, weight) in weights.enumerated() {
        result.add(rows.values, from: above[row + tap] * width, times: weight, toRow: row)
      }
    }
    return result
  }

  /// Adds multiples of consecutive values to a row.
  private mutating func add(_ source: [Float], from first: Int, times weight: Float, toRow row: Int) {
    let (start, count) = (row * width, width)
    let source = source.span
    var values = values.mutableSpan
    for index in 0..<count { values[start &+ index] += weight * source[first &+ index] }
  }

  /// Returns consecutive indices, from `first` on, of a line that is mirrored at both ends.
  static func mirrored(from first: Int, count: Int, length: Int) -> [Int] {
    (first..<first + count).map { index in
      let place = ((index % (2 * length)) + 2 * length) % (2 * length)
      return place < length ? place : 2 * length - 1 - place
    }
  }

  /// Returns the means of 2 x 2 values; at an edge, of those that exist.
  func halved() -> PixelPlane {
    let (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2)
    var result: [Float] = []
    result.reserveCapacity(halfWidth * halfHeight)
    for row in stride(from: 0, to: height, by: 2) {
      for column in stride(from: 0, to: width, by: 2) {
        var (sum, count) = (Float(0), Float(0))
        for y in row..<min(row + 2, height) {
          for x in column..<min(column + 2, width) { (sum, count) = (sum + values[y * width + x], count + 1) }
        }
        result.append(sum / count)
      }
    }
    return PixelPlane(width: halfWidth, height: halfHeight, values: result)
  }

  /// Returns the plane, enlarged by a whole factor to a size, by linear interpolation.
  func enlarged(by factor: Int, width newWidth: Int, height newHeight: Int) -> PixelPlane {
    let columns = (0..<newWidth).map { Self.position(of: $0, factor: factor, length: width) }
    var result: [Float] = []
    result.reserveCapacity(newWidth * newHeight)
    for y in 0..<newHeight {
      let row = Self.position(of: y, factor: factor, length: height)
      let (upper, lower) = (row.first * width, row.second * width)
      for column in columns {
        let top =
          values[upper + column.first] * (1 - column.share) + values[upper + column.second] * column.share
        let bottom =
          values[lower + column.first] * (1 - column.share) + values[lower + column.second] * column.share
        result.append(top * (1 - row.share) + bottom * row.share)
      }
    }
    return PixelPlane(width: newWidth, height: newHeight, values: result)
  }

  /// Returns the two indices between which a pixel of an enlarged line is, and the share of the second.
  private static func position(
    of index: Int, factor: Int, length: Int
  ) -> (first: Int, second: Int, share: Float) {
    let place = max(0, (Double(index) + 0.5) / Double(factor) - 0.5)
    let first = min(Int(place), length - 1)
    return (first, min(first + 1, length - 1), Float(place - Double(first)))
  }
}
