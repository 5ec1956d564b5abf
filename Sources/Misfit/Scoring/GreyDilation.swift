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
    let hasNaN = values.contains(where: \.isNaN)
    let numbers = hasNaN ? values.map { $0.isNaN ? -.infinity : $0 } : values
    var result = spreadColumns(spreadRows(numbers))
    if hasNaN {
      for pixel in values.indices where values[pixel].isNaN { result[pixel] = .nan }
    }
    return result
  }

  private func spreadRows(_ values: [Float]) -> [Float] {
    var result = values
    let edge = [Float](repeating: -.infinity, count: reach)
    for row in 0..<height {
      let start = row * width
      var line = edge + values[start..<start + width] + edge
      takeLargest(of: &line, stride: 1)
      var target = result.mutableSpan
      for column in 0..<width { target[start + column] = line[column] }
    }
    return result
  }

  private func spreadColumns(_ values: [Float]) -> [Float] {
    let edge = [Float](repeating: -.infinity, count: reach * width)
    var lines = edge + values + edge
    takeLargest(of: &lines, stride: width)
    lines.removeLast(2 * edge.count)
    return lines
  }

  /// Replaces each value by the largest of 2 · reach + 1 values that are `stride` apart, of which it is the
  /// first; at the end, of fewer.
  ///
  /// The largest of 2n values is the larger of two times n, so that few passes are needed. Each compares all
  /// values with those at a distance, which the compiler turns into vector instructions.
  private func takeLargest(of values: inout [Float], stride: Int) {
    let wanted = 2 * reach + 1
    var covered = 1
    var next = values
    while covered < wanted {
      let step = min(covered, wanted - covered)
      let distance = step * stride
      do {
        let source = values.span
        var target = next.mutableSpan
        let end = source.count - distance
        for index in 0..<end {
          let near = source[index &+ distance]
          target[index] = near > source[index] ? near : source[index]
        }
        for index in end..<source.count { target[index] = source[index] }
      }
      swap(&values, &next)
      covered += step
    }
  }
}
