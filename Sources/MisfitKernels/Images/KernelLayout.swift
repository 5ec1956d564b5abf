import COneDNN
import MisfitCore

/// How a kernel lies in memory: as a model has it, or as a primitive of oneDNN wants it.
@safe final class KernelLayout: @unchecked Sendable {
  let state: UnsafeMutablePointer<misfit_layout>

  /// A layout that somebody has yet to set.
  init() {
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: misfit_layout())
  }

  /// The layout of a model's kernel, [height, width, image channels, output channels].
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

  /// A buffer for a kernel of this layout, all 0.
  func makeBuffer() -> FloatBuffer { FloatBuffer(count: unsafe misfit_layout_bytes(state) / 4) }
}

/// One of the three ways of a convolution, on fixed memory.
enum ConvolutionWay: Int, Sendable {
  case forward
  case toImage
  case toKernel

  var code: misfit_convolution_way {
    switch self {
    case .forward: MISFIT_CONVOLUTION_FORWARD
    case .toImage: MISFIT_CONVOLUTION_TO_IMAGE
    case .toKernel: MISFIT_CONVOLUTION_TO_KERNEL
    }
  }
}

extension Primitive {
  /// A way of a convolution of `rows` rows on the given memory; `layout` is that of its kernel, which this
  /// sets where `isChosen` is not yet true.
  convenience init(
    _ way: ConvolutionWay, of shape: ConvolutionShape, rows: Int, layout: KernelLayout, isChosen: Bool,
    on stream: PrimitiveStream
  ) throws(PrimitiveError) {
    var shape = shape.forRows(rows)
    let found = KernelLayout()
    try unsafe self.init(on: stream) {
      unsafe misfit_convolution_create(
        $0, isChosen ? found.state : layout.state, &shape, way.code, isChosen ? layout.state : nil, $1)
    }
  }

  /// A copy of a kernel from one layout to another.
  static func reorder(
    from: KernelLayout, at source: UnsafeMutablePointer<Float>, to: KernelLayout,
    at destination: UnsafeMutablePointer<Float>, on stream: PrimitiveStream
  ) throws(PrimitiveError) -> Primitive {
    let reorder = try unsafe Primitive(on: stream) {
      unsafe misfit_reorder_create($0, from.state, to.state, $1)
    }
    try unsafe reorder.set(MISFIT_REORDER_FROM, to: source)
    try unsafe reorder.set(MISFIT_REORDER_TO, to: destination)
    return reorder
  }
}
