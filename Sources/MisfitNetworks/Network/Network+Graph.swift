import MisfitCore
import MisfitKernels
import MisfitONNX

extension Network {
  /// Returns the network's output for rows of a graph.
  ///
  /// Shapes: `rows` [N, width], result [N, output width], doubles. Convolutions are computed in floats, since
  /// runtimes have none of doubles.
  package func graph(_ rows: GraphValue) -> GraphValue {
    var outputs: [GraphValue] = []
    for layer in layers {
      var input = outputs.last ?? rows
      if let joint = layer.joint {
        input = joint.joined(input, joint.layer < 0 ? rows : outputs[joint.layer])
      }
      outputs.append(layer.graph(input, parameters: parameters))
    }
    return outputs.last ?? rows
  }
}

/// Images of a graph in the order that convolutions and poolings have: [N, channels, height, width], floats.
struct GraphImages {
  let value: GraphValue

  /// Arranges rows of images [N, height · width · channels].
  init(_ rows: GraphValue, _ extent: PixelExtent, channels: Int) {
    value = rows.cast(to: .float).reshaped([-1, extent.height, extent.width, channels])
      .transposed([0, 3, 1, 2])
  }

  /// Returns images as rows of doubles.
  static func rows(_ images: GraphValue, count: Int) -> GraphValue {
    images.transposed([0, 2, 3, 1]).reshaped([-1, count]).cast(to: .double)
  }

  /// Returns the attributes of windows that cover an image.
  static func attributes(
    size: PixelExtent, stride: PixelExtent, padBefore: PixelExtent, image: PixelExtent, output: PixelExtent
  ) -> (attributes: [String: GraphNode.Attribute], excess: [Int]) {
    // The windows reach beyond the end of the image by `after`, or leave as many pixels uncovered.
    let after = [
      (output.height - 1) * stride.height + size.height - image.height - padBefore.height,
      (output.width - 1) * stride.width + size.width - image.width - padBefore.width,
    ]
    return (
      [
        "kernel_shape": .ints([size.height, size.width]), "strides": .ints([stride.height, stride.width]),
        "pads": .ints([padBefore.height, padBefore.width] + after.map { max(0, $0) }),
      ], after.map { max(0, -$0) }
    )
  }
}

extension GraphValue {
  /// Returns rows of images whose pixels are repeated: [N, height · width · channels] of the small ones.
  func repeatingPixels(_ small: PixelExtent, channels: Int, by factors: PixelExtent) -> GraphValue {
    let large = small.count * factors.count * channels
    return reshaped([-1, small.height, 1, small.width, 1, channels])
      .expanded([1, 1, factors.height, 1, factors.width, 1]).reshaped([-1, large])
  }
}
