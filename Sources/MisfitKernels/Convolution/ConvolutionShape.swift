import COneDNN

/// The extents of a convolution of images [height, width, channels].
///
/// A transposed convolution has the extents of the convolution whose data gradient it is: its input is that
/// convolution's output.
package struct ConvolutionShape: Hashable, Sendable {
  package var image: PixelExtent
  package var imageChannels: Int
  package var output: PixelExtent
  package var outputChannels: Int
  package var kernel: PixelExtent
  package var stride: PixelExtent
  /// The zero padding before the first row and column of the image.
  package var padBefore: PixelExtent

  package init(
    image: PixelExtent, imageChannels: Int, output: PixelExtent, outputChannels: Int, kernel: PixelExtent,
    stride: PixelExtent, padBefore: PixelExtent
  ) {
    self.image = image
    self.imageChannels = imageChannels
    self.output = output
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padBefore = padBefore
  }

  /// The numbers of the kernel, [kernel height, kernel width, image channels, output channels].
  package var kernelCount: Int { kernel.count * imageChannels * outputChannels }
  /// The numbers of a row of images.
  package var imageCount: Int { image.count * imageChannels }
  /// The numbers of a row of outputs.
  package var outputCount: Int { output.count * outputChannels }
  /// The multiplications of a row.
  package var multiplications: Int { output.count * kernelCount }

  /// The shape for oneDNN, with as much padding after the image as the last windows need.
  func forRows(_ rows: Int) -> misfit_convolution_shape {
    func padAfter(_ image: Int, _ output: Int, _ kernel: Int, _ stride: Int, _ before: Int) -> Int64 {
      Int64(max(0, (output - 1) * stride + kernel - image - before))
    }
    return misfit_convolution_shape(
      rows: Int64(rows), in_height: Int64(image.height), in_width: Int64(image.width),
      in_channels: Int64(imageChannels), out_height: Int64(output.height), out_width: Int64(output.width),
      out_channels: Int64(outputChannels), kernel_height: Int64(kernel.height),
      kernel_width: Int64(kernel.width), stride_height: Int64(stride.height),
      stride_width: Int64(stride.width), pad_top: Int64(padBefore.height), pad_left: Int64(padBefore.width),
      pad_bottom: padAfter(image.height, output.height, kernel.height, stride.height, padBefore.height),
      pad_right: padAfter(image.width, output.width, kernel.width, stride.width, padBefore.width))
  }
}
