import MisfitCore

/// The widened kernel of an ``UpsampledKernel``, its gradient, and scratch memory for one pixel.
struct WideKernel: Sendable {
  let kernel: FloatSlice
  let gradient: FloatSlice
  private let block: FloatSlice
  private let upsampled: UpsampledKernel

  init(_ upsampled: UpsampledKernel, count: Int) {
    self.upsampled = upsampled
    kernel = FloatBuffer(count: count).all
    gradient = FloatBuffer(count: count).all
    block = FloatBuffer(count: upsampled.inputChannels * upsampled.outputChannels).all
  }

  /// Computes the wide kernel from that of the layer.
  func widen(_ narrow: FloatSlice) { upsampled.widen(narrow, into: kernel, block: block) }

  /// Computes the gradient of the layer's kernel from that of the wide one.
  func narrowGradient(into narrow: FloatSlice) { upsampled.narrow(gradient, into: narrow, block: block) }
}
