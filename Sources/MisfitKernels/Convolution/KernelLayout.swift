import COneDNN
import MisfitCore

/// The memory layout of a kernel: that of a model, or one that a oneDNN primitive chose.
@safe final class KernelLayout: @unchecked Sendable {
  let state: UnsafeMutablePointer<misfit_layout>

  /// Creates an undefined layout, for a primitive to set.
  init() {
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: misfit_layout())
  }

  /// Creates the layout of a model's kernel, [height, width, image channels, output channels].
  init(plain shape: ConvolutionShape) throws(PrimitiveError) {
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: misfit_layout())
    var shape = shape.forRows(1)
    try PrimitiveError.check(unsafe misfit_plain_kernel_layout(state, &shape), .primitive)
  }

  deinit {
    let status = unsafe misfit_layout_destroy(state)
    assert(status == 0, "oneDNN could not destroy a layout")
    unsafe state.deallocate()
  }

  /// Allocates a zeroed kernel of this layout.
  func makeBuffer() -> FloatBuffer { FloatBuffer(count: unsafe misfit_layout_bytes(state) / 4) }
}
