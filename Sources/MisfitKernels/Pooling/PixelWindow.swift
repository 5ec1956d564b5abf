import CVectorKernels

/// Windows over images [height, width, channels]: each output position covers some pixels of the input.
package struct PixelWindow: Hashable, Sendable {
  package var channels: Int
  package var input: PixelExtent
  package var output: PixelExtent
  package var size: PixelExtent
  package var stride: PixelExtent
  /// The padding before the image.
  package var padBefore: PixelExtent

  package init(
    channels: Int, input: PixelExtent, output: PixelExtent, size: PixelExtent, stride: PixelExtent,
    padBefore: PixelExtent
  ) {
    self.channels = channels
    self.input = input
    self.output = output
    self.size = size
    self.stride = stride
    self.padBefore = padBefore
  }

  func forRows(_ rows: Int) -> misfit_window {
    misfit_window(
      rows: rows, channels: channels, in_height: input.height, in_width: input.width,
      out_height: output.height, out_width: output.width, size_height: size.height, size_width: size.width,
      stride_height: stride.height, stride_width: stride.width, pad_top: padBefore.height,
      pad_left: padBefore.width)
  }
}
