import MisfitCore
import MisfitKernels

extension LayerSpecification {
  /// No extent of a window, and no count of filters or units, comes near it; products of a few don't
  /// overflow.
  static let extentAtMost = 1 << 20
  private static let countAtMost = 1 << 40
  /// The most values of a sample anywhere on its way: 1 GiB.
  static let valuesAtMost = 1 << 28

  /// The output shape.
  ///
  /// - Throws: ``ArchitectureError`` with `layer`, from 1, where the layer cannot take such an input.
  func outputShape(of input: Shape, layer: Int) throws(ArchitectureError) -> Shape {
    try checkNumbers(layer: layer)
    switch self {
    case .dense(let units, _), .tiedDense(let units, _):
      return try shape([units], layer)
    case .convolution(let numbers):
      let image = try image(input, layer)
      let plan = WindowPlan(numbers.kernel, numbers.stride, numbers.padding)
      guard let output = plan.output(of: image.extent) else {
        throw windowTooLarge(numbers.kernel, input, layer)
      }
      return try shape([output.height, output.width, numbers.filters], layer)
    case .transposedConvolution(let numbers):
      let image = try image(input, layer)
      let wide = WindowPlan(numbers.kernel, numbers.stride, numbers.padding).transposedOutput(
        of: image.extent)
      return try shape([wide.height, wide.width, numbers.filters], layer)
    case .maximumPooling(let numbers), .averagePooling(let numbers):
      let image = try image(input, layer)
      let plan = WindowPlan(numbers.size, numbers.stride, numbers.padding)
      guard let output = plan.output(of: image.extent) else {
        throw windowTooLarge(numbers.size, input, layer)
      }
      return try shape([output.height, output.width, image.channels], layer)
    case .upsampling(let factors):
      let image = try image(input, layer)
      return try shape(
        [image.extent.height * factors.height, image.extent.width * factors.width, image.channels], layer)
    case .normalization, .dropout: return input
    case .flatten: return .row(input.elementCount)
    case .reshape(let shape):
      guard shape.elementCount == input.elementCount else {
        throw ArchitectureError(
          .shapesDiffer(layer: layer, name: text, wants: "\(shape.elementCount) values", given: input))
      }
      return shape
    }
  }

  /// The parameters of a layer with an input of a shape that it can take: those that training changes by
  /// their gradients, and those that follow the data.
  func parameterCounts(input: Shape) -> (trained: Int, running: Int) {
    switch self {
    case .dense(let units, _): (Self.product(input.elementCount + 1, units), 0)
    case .tiedDense(let units, _): (units, 0)
    case .convolution(let numbers), .transposedConvolution(let numbers):
      (
        Self.product(numbers.kernel.height, numbers.kernel.width, input.channels, numbers.filters)
          + numbers.filters,
        0
      )
    case .normalization: (2 * input.channels, 2 * input.channels)
    default: (0, 0)
    }
  }

  /// The product of numbers, or where it is larger than any count may be, a number that is.
  private static func product(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? countAtMost * 2 : min(next, countAtMost * 2)
    }
  }

  private func checkNumbers(layer: Int) throws(ArchitectureError) {
    let extents: [Int] =
      switch self {
      case .dense(let units, _), .tiedDense(let units, _): [units]
      case .convolution(let n), .transposedConvolution(let n):
        [n.filters, n.kernel.height, n.kernel.width, n.stride.height, n.stride.width]
      case .maximumPooling(let n), .averagePooling(let n):
        [n.size.height, n.size.width, n.stride.height, n.stride.width]
      case .upsampling(let size): [size.height, size.width]
      case .normalization, .flatten, .reshape, .dropout: []
      }
    guard extents.allSatisfy({ $0 >= 1 }) else { throw ArchitectureError(.noUnits(layer: layer)) }
    switch self {
    case .dense, .tiedDense: break
    default:
      guard extents.allSatisfy({ $0 <= Self.extentAtMost }) else {
        throw ArchitectureError(.tooLarge(layer: layer))
      }
    }
    if case .dropout(let share) = self {
      guard share >= 0, share < 1 else { throw ArchitectureError(.shareOutside(layer: layer)) }
    }
  }

  private func image(
    _ input: Shape, _ layer: Int
  ) throws(ArchitectureError) -> (extent: PixelExtent, channels: Int) {
    guard let image = input.imageExtents else {
      throw ArchitectureError(
        .shapesDiffer(layer: layer, name: text, wants: "an image (height x width x channels)", given: input))
    }
    return (PixelExtent(image.height, image.width), image.channels)
  }

  private func shape(_ extents: [Int], _ layer: Int) throws(ArchitectureError) -> Shape {
    guard let shape = Shape(extents), shape.elementCount <= Self.valuesAtMost else {
      throw ArchitectureError(.tooLarge(layer: layer))
    }
    return shape
  }

  private func windowTooLarge(_ size: PixelSize, _ input: Shape, _ layer: Int) -> ArchitectureError {
    ArchitectureError(
      .shapesDiffer(
        layer: layer, name: text, wants: "an image of at least \(size.height) x \(size.width) pixels",
        given: input))
  }
}

extension Shape {
  /// The extent that stands for channels: an image's last, a row's columns.
  var channels: Int { extents.last ?? 1 }
  /// Height times width of an image; the columns of a row.
  var pixelCount: Int { imageExtents.map { $0.height * $0.width } ?? elementCount }
}

/// Where windows lie along an image, as Keras and TensorFlow place them.
struct WindowPlan {
  let size: PixelExtent
  let stride: PixelExtent
  let padding: Padding

  init(_ size: PixelSize, _ stride: PixelSize, _ padding: Padding) {
    self.size = PixelExtent(size.height, size.width)
    self.stride = PixelExtent(stride.height, stride.width)
    self.padding = padding
  }

  /// The windows of an image; nil where there is none.
  func output(of image: PixelExtent) -> PixelExtent? {
    func count(_ extent: Int, _ size: Int, _ stride: Int) -> Int {
      padding == .same ? (extent + stride - 1) / stride : extent < size ? 0 : (extent - size) / stride + 1
    }
    let output = PixelExtent(
      count(image.height, size.height, stride.height), count(image.width, size.width, stride.width))
    return output.height >= 1 && output.width >= 1 ? output : nil
  }

  /// The image whose windows these are: the output of a transposed convolution.
  func transposedOutput(of places: PixelExtent) -> PixelExtent {
    func extent(_ count: Int, _ size: Int, _ stride: Int) -> Int {
      padding == .same ? count * stride : count * stride + max(size - stride, 0)
    }
    return PixelExtent(
      extent(places.height, size.height, stride.height), extent(places.width, size.width, stride.width))
  }

  /// The padding before the image.
  func padBefore(image: PixelExtent, output: PixelExtent) -> PixelExtent {
    func pad(_ extent: Int, _ count: Int, _ size: Int, _ stride: Int) -> Int {
      padding == .valid ? 0 : max(0, (count - 1) * stride + size - extent) / 2
    }
    return PixelExtent(
      pad(image.height, output.height, size.height, stride.height),
      pad(image.width, output.width, size.width, stride.width))
  }
}
