/// The grey dilation of a map by a square: each pixel takes the largest value around it.
struct GreyDilation {
  let width: Int
  let height: Int
  /// The number of pixels from the middle of the square to its edge.
  let reach: Int

  /// Returns the dilated values: [height, width], row by row.
  ///
  /// NaN stays where it is and spreads nowhere.
  func of(_ values: [Float]) -> [Float] {
    // The largest value of a square is that of its columns' largest values.
    var result = spread(spread(values, along: 1, width), along: width, height)
    for pixel in values.indices where values[pixel].isNaN { result[pixel] = .nan }
    return result
  }

  /// Returns the largest values along rows (`stride` 1) or columns (`stride` of a row), whose length in
  /// pixels is `length`.
  ///
  /// Shifted maps are compared as wholes, which the compiler turns into vector instructions.
  private func spread(_ values: [Float], along stride: Int, _ length: Int) -> [Float] {
    var result = [Float](repeating: -.infinity, count: values.count)
    let (source, reach) = (values.span, min(reach, length - 1))
    var target = result.mutableSpan
    for shift in -reach...reach {
      // Without those that have no pixel at this distance: at one end of each row, or of the map.
      let lines = stride == 1 ? height : 1
      let count = stride == 1 ? width - abs(shift) : (height - abs(shift)) * width
      for line in 0..<lines {
        let start = line * width
        let first = start + max(0, -shift) * stride
        let offset = shift * stride
        for pixel in first..<first + count {
          let near = source[pixel &+ offset]
          // False for NaN.
          target[pixel] = near > target[pixel] ? near : target[pixel]
        }
      }
    }
    return result
  }
}
