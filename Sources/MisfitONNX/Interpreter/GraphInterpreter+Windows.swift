// Convolutions and poolings of images [N, C, H, W]; sums are in doubles, and rounded once.
extension GraphInterpreter {
  /// The windows of an operator: their size, step and padding.
  private struct Windows {
    let size: [Int]
    let stride: [Int]
    let before: [Int]
    let after: [Int]

    init(_ node: GraphNode) {
      size = node.ints("kernel_shape")
      stride = node.ints("strides")
      let pads = node.ints("pads")
      (before, after) = (Array(pads[..<2]), Array(pads[2...]))
    }

    /// The number of windows of an image of a height and a width.
    func counts(_ image: [Int]) -> [Int] {
      (0..<2).map { axis -> Int in
        let covered: Int = image[axis] + before[axis] + after[axis] - size[axis]
        return covered / stride[axis] + 1
      }
    }

    /// Calls `body` with each pixel inside the image that a window covers, and its position in the window.
    func forEachPixel(
      ofWindow y: Int, _ x: Int, image: ArraySlice<Int>, _ body: (_ pixel: Int, _ tap: Int) -> Void
    ) {
      let (height, width) = (image[image.startIndex], image[image.startIndex + 1])
      for v in 0..<size[0] {
        let top: Int = y * stride[0] + v - before[0]
        guard top >= 0, top < height else { continue }
        for u in 0..<size[1] {
          let left: Int = x * stride[1] + u - before[1]
          if left >= 0, left < width { body(top * width + left, v * size[1] + u) }
        }
      }
    }
  }

  static func convolution(_ node: GraphNode, _ operands: [GraphTensor]) -> GraphTensor {
    let windows = Windows(node)
    let sizes = ConvolutionSizes(operands, outputs: operands[1].extents[0], windows.size)
    let (image, kernel, bias) = (operands[0].doubles, operands[1].doubles, operands[2].doubles)
    let extents = operands[0].extents
    let counts = windows.counts(Array(extents[2...]))
    var result: [Double] = []
    for row in 0..<sizes.rows {
      for o in 0..<sizes.outputs {
        for y in 0..<counts[0] {
          for x in 0..<counts[1] {
            var sum: Double = bias[o]
            windows.forEachPixel(ofWindow: y, x, image: extents[2...]) { pixel, tap in
              for i in 0..<sizes.inputs {
                let from: Int = sizes.input(row, i, pixel)
                let weight: Int = (o * sizes.inputs + i) * sizes.taps + tap
                sum += image[from] * kernel[weight]
              }
            }
            result.append(sum)
          }
        }
      }
    }
    let shape: [Int] = [sizes.rows, sizes.outputs, counts[0], counts[1]]
    return GraphTensor(shape, .double(result)).cast(to: operands[0].type)
  }

  /// The sizes of a convolution.
  private struct ConvolutionSizes {
    let rows: Int
    let inputs: Int
    let outputs: Int
    let pixels: Int
    let taps: Int

    init(_ operands: [GraphTensor], outputs: Int, _ window: [Int]) {
      let extents = operands[0].extents
      (rows, inputs, pixels) = (extents[0], extents[1], extents[2] * extents[3])
      self.outputs = outputs
      taps = window[0] * window[1]
    }

    /// The index of a pixel of a channel of an input image.
    func input(_ row: Int, _ channel: Int, _ pixel: Int) -> Int { (row * inputs + channel) * pixels + pixel }
  }

  static func transposedConvolution(_ node: GraphNode, _ operands: [GraphTensor]) -> GraphTensor {
    let windows = Windows(node)
    let sizes = ConvolutionSizes(operands, outputs: operands[1].extents[1], windows.size)
    let (input, kernel, bias) = (operands[0].doubles, operands[1].doubles, operands[2].doubles)
    let extents = operands[0].extents
    let added = node.ints("output_padding")
    let image: [Int] = (0..<2).map { axis -> Int in
      let covered: Int = (extents[axis + 2] - 1) * windows.stride[axis] + windows.size[axis]
      return covered - windows.before[axis] - windows.after[axis] + added[axis]
    }
    let pixels: Int = image[0] * image[1]
    var result = [Double](repeating: 0, count: sizes.rows * sizes.outputs * pixels)
    for index in result.indices { result[index] = bias[index / pixels % sizes.outputs] }
    for row in 0..<sizes.rows {
      for place in 0..<sizes.pixels {
        let (y, x): (Int, Int) = (place / extents[3], place % extents[3])
        windows.forEachPixel(ofWindow: y, x, image: image[...]) { pixel, tap in
          for i in 0..<sizes.inputs {
            let value: Double = input[sizes.input(row, i, place)]
            for o in 0..<sizes.outputs {
              let weight: Int = (i * sizes.outputs + o) * sizes.taps + tap
              let to: Int = (row * sizes.outputs + o) * pixels + pixel
              result[to] += value * kernel[weight]
            }
          }
        }
      }
    }
    let shape: [Int] = [sizes.rows, sizes.outputs, image[0], image[1]]
    return GraphTensor(shape, .double(result)).cast(to: operands[0].type)
  }

  static func pooling(_ node: GraphNode, _ operand: GraphTensor) -> GraphTensor {
    let values = operand.doubles
    let windows = Windows(node)
    let extents = operand.extents
    let counts = windows.counts(Array(extents[2...]))
    var result: [Double] = []
    for start in stride(from: 0, to: values.count, by: extents[2] * extents[3]) {
      for y in 0..<counts[0] {
        for x in 0..<counts[1] {
          var (largest, sum, count) = (-Double.infinity, 0.0, 0)
          windows.forEachPixel(ofWindow: y, x, image: extents[2...]) { pixel, _ in
            largest = max(largest, values[start + pixel])
            sum += values[start + pixel]
            count += 1
          }
          result.append(node.name == "MaxPool" ? largest : sum / Double(count))
        }
      }
    }
    return GraphTensor(Array(extents[..<2]) + counts, .double(result)).cast(to: operand.type)
  }
}
