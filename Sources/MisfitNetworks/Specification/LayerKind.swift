import MisfitCore
import MisfitKernels

/// A kind of layer as it is written in an architecture: `conv 16 3 relu`.
///
/// To add a kind, write one file in `Layers/` with a type that conforms to this protocol and its ``Layer``,
/// and add the type to ``LayerSpecification/kinds``.
protocol LayerKind: Hashable, Sendable {
  /// The names of the kind in the architecture language, each with its form.
  static var forms: [LayerForm] { get }

  /// Reads the words after the name.
  ///
  /// - Throws: ``ArchitectureError`` with the column of the wrong word.
  init(_ words: inout LayerWords) throws(ArchitectureError)

  /// The layer in the architecture language, without defaults.
  var text: String { get }
  /// The activation; nil for a layer without one.
  var activation: Activation? { get }
  /// Whether a loss can be computed from the layer's sums.
  var canBeLast: Bool { get }
  /// Whether the layer only changes the shape of its values.
  var isView: Bool { get }

  /// Checks the numbers of the layer, and returns its output shape.
  ///
  /// - Throws: ``ArchitectureError`` if a number is out of range, or the layer does not take the input.
  func outputShape(of input: SampleShape, layer: Int) throws(ArchitectureError) -> SampleShape

  /// The number of the earlier layer whose output the layer joins, from 1, 0 for the input of the network;
  /// nil if it has one input.
  var skippedNumber: Int? { get }
  /// The same for a layer that joins an earlier layer's output of the shape `skipped`.
  ///
  /// - Throws: ``ArchitectureError`` if the layer does not take both.
  func outputShape(
    of input: SampleShape, joining skipped: SampleShape, layer: Int
  ) throws(ArchitectureError) -> SampleShape

  /// Returns the number of trained parameters, and of those that follow the data, for a valid input.
  func parameterCounts(input: SampleShape) -> (trained: Int, running: Int)

  /// Creates the layer; nil for a view, which only changes the shape of its values.
  ///
  /// - Precondition: the architecture was checked.
  func layer(at site: LayerSite) -> (any Layer)?

  /// Creates one layer for this one and the up-sampling before it; nil if they cannot be fused.
  func layer(at site: LayerSite, fusing upsampling: PixelSize, of small: SampleShape) -> (any Layer)?

  /// The factors by which the layer repeats pixels; nil if it does something else.
  var repeatedPixels: PixelSize? { get }
  /// The number of values that the text names explicitly, which bounds the size of images.
  var explicitValueCount: Int { get }
  /// The number of input values that each output value is computed from without weights.
  func windowCount(input: SampleShape) -> Int
}

extension LayerKind {
  func layer(at site: LayerSite, fusing upsampling: PixelSize, of small: SampleShape) -> (any Layer)? { nil }
  var isView: Bool { false }
  var skippedNumber: Int? { nil }
  func outputShape(
    of input: SampleShape, joining skipped: SampleShape, layer: Int
  ) throws(ArchitectureError) -> SampleShape { try outputShape(of: input, layer: layer) }
  var repeatedPixels: PixelSize? { nil }
  var explicitValueCount: Int { 0 }
  func windowCount(input: SampleShape) -> Int { 1 }
}

/// A name in the architecture language, and what follows it.
struct LayerForm: Hashable, Sendable {
  /// The name: `conv`.
  var name: String
  /// The whole form: `conv FILTERS SIZE [sSTRIDE] [same|valid] [ACTIVATION]`.
  var text: String

  /// Creates a form from its text, whose first word is the name.
  init(_ text: String) {
    self.text = text
    name = String(text.prefix { $0 != " " })
  }
}

/// The place of a layer in a network.
struct LayerSite {
  /// The name of the layer: `encoder.0`.
  var name: String
  var input: SampleShape
  var output: SampleShape
  /// The offset of the layer's parameters in the arena.
  var offset: Int
  /// The index among the layers that compute.
  var index: Int
  /// The output that the layer joins: the index of its layer among those that compute, -1 for the network's
  /// input, and its shape.
  var skipped: (layer: Int, shape: SampleShape)?
  /// The layer of the encoder that this one mirrors, if there is one.
  var mirrored: (any Layer)?
}

/// The limits of numbers in an architecture, and the checks that kinds of layers share.
enum LayerCheck {
  /// The largest extent of a window and number of filters; products of a few do not overflow.
  static let extentLimit = 1 << 20
  private static let countLimit = 1 << 40
  /// The most values of a sample in any layer: 1 GiB.
  static let valueLimit = 1 << 28

  /// Returns the product of numbers, or a number above every limit if it is too large.
  static func product(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? countLimit * 2 : min(next, countLimit * 2)
    }
  }

  /// Checks that numbers are at least 1, and at most ``extentLimit`` if `isLimited`.
  static func check(_ extents: [Int], layer: Int, isLimited: Bool = true) throws(ArchitectureError) {
    guard extents.allSatisfy({ $0 >= 1 }) else { throw ArchitectureError(.noUnits(layer: layer)) }
    guard !isLimited || extents.allSatisfy({ $0 <= extentLimit }) else {
      throw ArchitectureError(.tooLarge(layer: layer))
    }
  }

  /// Returns a shape of at most ``valueLimit`` values.
  static func shape(_ extents: [Int], layer: Int) throws(ArchitectureError) -> SampleShape {
    guard let shape = SampleShape(extents), shape.elementCount <= valueLimit else {
      throw ArchitectureError(.tooLarge(layer: layer))
    }
    return shape
  }
}

extension LayerKind {
  /// Returns the extents of an input that must be an image.
  func image(
    _ input: SampleShape, layer: Int
  ) throws(ArchitectureError) -> (extent: PixelExtent, channels: Int) {
    guard let image = input.imageExtents else {
      throw shapesDiffer(wants: "an image (height x width x channels)", input, layer)
    }
    return (PixelExtent(image.height, image.width), image.channels)
  }

  /// Returns the number of windows of an image.
  func windows(
    _ plan: WindowPlan, over input: SampleShape, layer: Int
  ) throws(ArchitectureError) -> PixelExtent {
    guard let output = plan.output(of: try image(input, layer: layer).extent) else {
      let size = plan.size
      throw shapesDiffer(wants: "an image of at least \(size.height) x \(size.width) pixels", input, layer)
    }
    return output
  }

  /// Creates the error of a layer that does not take its input.
  func shapesDiffer(wants: String, _ input: SampleShape, _ layer: Int) -> ArchitectureError {
    ArchitectureError(.shapesDiffer(layer: layer, name: text, wants: wants, given: input))
  }
}

extension SampleShape {
  /// The extent in pixels, and the channels.
  ///
  /// - Precondition: the shape is an image's.
  var pixels: (extent: PixelExtent, channels: Int) {
    guard let image = imageExtents else { preconditionFailure("the shape is not an image") }
    return (PixelExtent(image.height, image.width), image.channels)
  }

  /// The number of channels: the last extent of an image, the columns of a row.
  var channels: Int { extents.last ?? 1 }
  /// Height times width of an image, or the columns of a row.
  var pixelCount: Int { imageExtents.map { $0.height * $0.width } ?? elementCount }
}

extension String {
  /// The text of a layer with its activation, unless that is linear.
  func with(_ activation: Activation) -> String {
    activation == .linear ? self : "\(self) \(activation.rawValue)"
  }
}
