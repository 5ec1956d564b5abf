import MisfitCore
import MisfitKernels
import MisfitONNX

/// The maximum or the mean of each window of an image, channel by channel.
struct Pooling: LayerKind {
  var size: PixelSize
  var stride: PixelSize
  var padding: Padding
  /// Whether the layer takes the mean of the pixels inside the image, and not the maximum.
  var isAverage: Bool

  static let forms = [
    LayerForm("pool SIZE [sSTRIDE] [same|valid]"), LayerForm("avgpool SIZE [sSTRIDE] [same|valid]"),
  ]

  init(_ words: inout LayerWords) throws(ArchitectureError) {
    isAverage = words.name.text == "avgpool"
    size = try words.size()
    stride = try words.stride() ?? size
    padding = words.padding() ?? .valid
  }

  var text: String {
    var text = "\(isAverage ? "avgpool" : "pool") \(size.text)"
    if stride != size { text += " s\(stride.text)" }
    if padding != .valid { text += " \(padding.rawValue)" }
    return text
  }

  var activation: Activation? { nil }
  var canBeLast: Bool { false }

  func outputShape(of input: SampleShape, layer: Int) throws(ArchitectureError) -> SampleShape {
    try LayerCheck.check(size.extents + stride.extents, layer: layer)
    let output = try windows(WindowPlan(size, stride, padding), over: input, layer: layer)
    return try LayerCheck.shape([output.height, output.width, input.channels], layer: layer)
  }

  func windowCount(input: SampleShape) -> Int { min(input.pixelCount, size.height * size.width) }

  func parameterCounts(input: SampleShape) -> (trained: Int, running: Int) { (0, 0) }

  func layer(at site: LayerSite) -> (any Layer)? {
    let plan = WindowPlan(size, stride, padding)
    let (image, channels) = site.input.pixels
    let output = site.output.pixels.extent
    let window = PixelWindow(
      channels: channels, input: image, output: output, size: plan.size, stride: plan.stride,
      padBefore: plan.padBefore(image: image, output: output))
    return WindowLayer(kind: isAverage ? .average : .maximum, window: window)
  }
}

/// A layer that computes each output from a window of the input: pooling, or up-sampling.
struct WindowLayer: Layer {
  let kind: WindowStep.Kind
  let window: PixelWindow

  private var imageCount: Int { window.input.count * window.channels }
  private var positionCount: Int { window.output.count * window.channels }

  var inputCount: Int { kind == .repetition ? positionCount : imageCount }
  var outputCount: Int { kind == .repetition ? imageCount : positionCount }
  var tensors: [ParameterTensor] { [] }
  var acceptsPartialBlocks: Bool { true }

  func step(in memory: LayerMemory) -> LayerStep {
    .other(
      WindowStep(
        kind, window, input: memory.input, output: memory.output, delta: memory.training?.delta,
        inputDelta: memory.training?.inputDelta))
  }
}

// maximum: y[position] = max of x over its window; average: the mean of x over the pixels inside the image;
// repetition: y[pixel] = x[position] for all pixels of the position's window
extension WindowLayer {
  func referenceOutput(of input: [Double], parameters: [Double]) -> [Double] {
    var output = [Double](repeating: 0, count: input.count / inputCount * outputCount)
    forEachWindow(rows: input.count / inputCount) { position, pixels in
      switch kind {
      case .maximum: output[position] = pixels.map { input[$0] }.max() ?? 0
      case .average: output[position] = pixels.reduce(0) { $0 + input[$1] } / Double(pixels.count)
      case .repetition: for pixel in pixels { output[pixel] = input[position] }
      }
    }
    return output
  }

  func referenceBackward(_ pass: ReferencePass, addingTo gradients: inout [Double]) -> [Double] {
    var inputDelta = [Double](repeating: 0, count: pass.input.count)
    forEachWindow(rows: pass.input.count / inputCount) { position, pixels in
      switch kind {
      case .maximum:
        // The first maximum gets the delta.
        if let first = pixels.first(where: { pass.input[$0] == pass.output[position] }) {
          inputDelta[first] += pass.delta[position]
        }
      case .average:
        for pixel in pixels { inputDelta[pixel] += pass.delta[position] / Double(pixels.count) }
      case .repetition: inputDelta[position] = pixels.reduce(0) { $0 + pass.delta[$1] }
      }
    }
    return inputDelta
  }

  /// Calls `body` with the index of each position, and those of the pixels of its window in the image.
  private func forEachWindow(rows: Int, _ body: (_ position: Int, _ pixels: [Int]) -> Void) {
    let (image, output, channels) = (window.input, window.output, window.channels)
    for index in 0..<rows * output.count * channels {
      let (place, channel) = (index / channels, index % channels)
      let (row, y, x) = (
        place / output.count, place / output.width % output.height, place % output.width
      )
      let top = y * window.stride.height - window.padBefore.height
      let left = x * window.stride.width - window.padBefore.width
      var pixels: [Int] = []
      for v in max(top, 0)..<min(top + window.size.height, image.height) {
        for u in max(left, 0)..<min(left + window.size.width, image.width) {
          pixels.append(((row * image.height + v) * image.width + u) * channels + channel)
        }
      }
      body(index, pixels)
    }
  }
}

extension WindowStep: LayerWork {
  func forward(_ rows: Range<Int>, activates: Bool) { forward(rows) }

  func backward(_ rows: Range<Int>, deltaIsOfSums: Bool, block: Int?, isFirst: Bool) { backward(rows) }
}

extension WindowLayer {
  func graph(_ input: GraphValue, parameters: FloatSlice) -> GraphValue {
    if kind == .repetition {
      return input.repeatingPixels(window.output, channels: window.channels, by: window.size)
    }
    var (attributes, _) = GraphImages.attributes(
      size: window.size, stride: window.stride, padBefore: window.padBefore, image: window.input,
      output: window.output)
    if kind == .average { attributes["count_include_pad"] = .int(0) }
    let images = GraphImages(input, window.input, channels: window.channels).value
    let pooled = input.graph.node(
      kind == .average ? "AveragePool" : "MaxPool", [images], .float, attributes: attributes)
    return GraphImages.rows(pooled, count: outputCount)
  }
}
