import MisfitCore

/// The kernel of an ``UpsampledKernel`` as the passes' shape has it, its gradient, and room for a pixel of it.
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

  /// Sets the wide kernel from the layer's.
  func widen(_ narrow: FloatSlice) { upsampled.widen(narrow, into: kernel, block: block) }

  /// Sets the gradient of the layer's kernel from that of the wide one.
  func narrowGradient(into narrow: FloatSlice) { upsampled.narrow(gradient, into: narrow, block: block) }
}
