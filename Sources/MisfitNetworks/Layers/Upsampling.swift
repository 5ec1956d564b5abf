import MisfitCore
import MisfitKernels

/// Up-sampling: each pixel becomes a rectangle of equal pixels.
struct Upsampling: LayerKind {
  var factors: PixelSize

  static let forms = [LayerForm("up SIZE")]

  init(_ words: inout LayerWords) throws(ArchitectureError) { factors = try words.size() }

  var text: String { "up \(factors.text)" }
  var activation: Activation? { nil }
  var canBeLast: Bool { false }
  var repeatedPixels: PixelSize? { factors }

  func outputShape(of input: SampleShape, layer: Int) throws(ArchitectureError) -> SampleShape {
    try LayerCheck.check(factors.extents, layer: layer)
    let (extent, channels) = try image(input, layer: layer)
    return try LayerCheck.shape(
      [extent.height * factors.height, extent.width * factors.width, channels], layer: layer)
  }

  func parameterCounts(input: SampleShape) -> (trained: Int, running: Int) { (0, 0) }

  func layer(at site: LayerSite) -> (any Layer)? {
    let (image, channels) = site.output.pixels
    let size = PixelExtent(factors.height, factors.width)
    return WindowLayer(
      kind: .repetition,
      window: PixelWindow(
        channels: channels, input: image, output: site.input.pixels.extent, size: size, stride: size,
        padBefore: PixelExtent(0, 0)))
  }
}
