import MisfitCore
import MisfitKernels

/// A view of an image as a row.
struct Flatten: LayerKind {
  static let forms = [LayerForm("flatten")]

  init(_ words: inout LayerWords) throws(ArchitectureError) {}

  var text: String { "flatten" }
  var activation: Activation? { nil }
  var canBeLast: Bool { false }
  var isView: Bool { true }

  func outputShape(of input: SampleShape, layer: Int) throws(ArchitectureError) -> SampleShape {
    .row(input.elementCount)
  }

  func parameterCounts(input: SampleShape) -> (trained: Int, running: Int) { (0, 0) }
  func layer(at site: LayerSite) -> (any Layer)? { nil }
}

/// A view of values in another shape.
struct Reshape: LayerKind {
  var shape: SampleShape

  static let forms = [LayerForm("reshape HEIGHT WIDTH CHANNELS")]

  init(_ words: inout LayerWords) throws(ArchitectureError) { shape = try words.shape() }

  var text: String { "reshape " + shape.extents.map(String.init).joined(separator: " ") }
  var activation: Activation? { nil }
  var canBeLast: Bool { false }
  var isView: Bool { true }

  func outputShape(of input: SampleShape, layer: Int) throws(ArchitectureError) -> SampleShape {
    guard shape.elementCount == input.elementCount else {
      throw shapesDiffer(wants: "\(shape.elementCount) values", input, layer)
    }
    return shape
  }

  func parameterCounts(input: SampleShape) -> (trained: Int, running: Int) { (0, 0) }
  func layer(at site: LayerSite) -> (any Layer)? { nil }
}
