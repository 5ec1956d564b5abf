import COneDNN

/// One of the three operations of a convolution.
enum ConvolutionOperation: Int, Sendable {
  case forward
  case dataGradient
  case kernelGradient

  var code: misfit_convolution_operation {
    switch self {
    case .forward: MISFIT_CONVOLUTION_FORWARD
    case .dataGradient: MISFIT_CONVOLUTION_DATA_GRADIENT
    case .kernelGradient: MISFIT_CONVOLUTION_KERNEL_GRADIENT
    }
  }
}

extension Primitive {
  /// Creates an operation of a convolution of `rows` rows; `layout` is that of its kernel, which this sets
  /// unless `isChosen`.
  convenience init(
    _ operation: ConvolutionOperation, of shape: ConvolutionShape, rows: Int, layout: KernelLayout,
    isChosen: Bool,
    on stream: PrimitiveStream
  ) throws(PrimitiveError) {
    var shape = shape.forRows(rows)
    let found = KernelLayout()
    try unsafe self.init(on: stream) {
      unsafe misfit_convolution_create(
        $0, isChosen ? found.state : layout.state, &shape, operation.code, isChosen ? layout.state : nil, $1)
    }
  }

  /// Creates a copy of a kernel from one layout to another.
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
