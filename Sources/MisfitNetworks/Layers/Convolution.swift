import MisfitCore
import MisfitKernels
import MisfitONNX

/// A convolution of images, or a transposed one: each filter covers a window of the image at each position.
package struct Convolution: LayerKind {
  /// The number of output channels.
  package var filters: Int
  /// The size of a window.
  package var kernel: PixelSize
  /// The step between windows.
  package var stride: PixelSize
  /// The padding at the edges.
  package var padding: Padding
  /// The activation; never nil.
  package var activation: Activation?
  /// Whether the layer is a transposed convolution: each input pixel is spread over a window of the output.
  package var isTransposed: Bool

  static let forms = [
    LayerForm("conv FILTERS SIZE [sSTRIDE] [same|valid] [ACTIVATION]"),
    LayerForm("deconv FILTERS SIZE [sSTRIDE] [same|valid] [ACTIVATION]"),
  ]

  init(_ words: inout LayerWords) throws(ArchitectureError) {
    isTransposed = words.name.text == "deconv"
    filters = try words.count()
    kernel = try words.size()
    stride = try words.stride() ?? PixelSize(1)
    padding = words.padding() ?? .same
    activation = words.activation()
  }

  var text: String {
    var text = "\(isTransposed ? "deconv" : "conv") \(filters) \(kernel.text)"
    if stride != PixelSize(1) { text += " s\(stride.text)" }
    if padding != .same { text += " \(padding.rawValue)" }
    return text.with(activation ?? .linear)
  }

  var canBeLast: Bool { true }
  private var plan: WindowPlan { WindowPlan(kernel, stride, padding) }

  func outputShape(of input: SampleShape, layer: Int) throws(ArchitectureError) -> SampleShape {
    try LayerCheck.check([filters] + kernel.extents + stride.extents, layer: layer)
    let output =
      isTransposed
      ? plan.transposedOutput(of: try image(input, layer: layer).extent)
      : try windows(plan, over: input, layer: layer)
    return try LayerCheck.shape([output.height, output.width, filters], layer: layer)
  }

  func parameterCounts(input: SampleShape) -> (trained: Int, running: Int) {
    (LayerCheck.product(kernel.height, kernel.width, input.channels, filters) + filters, 0)
  }

  func layer(at site: LayerSite) -> (any Layer)? {
    let (image, windows) = isTransposed ? (site.output, site.input) : (site.input, site.output)
    return ConvolutionLayer(
      name: site.name, self, shape: convolutionShape(image: image, windows: windows), offset: site.offset)
  }

  /// Fuses repeated pixels with a convolution of stride 1 that keeps their number: see ``UpsampledKernel``.
  func layer(at site: LayerSite, fusing upsampling: PixelSize, of small: SampleShape) -> (any Layer)? {
    guard stride == PixelSize(1), padding == .same else { return nil }
    let repeated = SampleShape.image(
      height: small.pixels.extent.height * upsampling.height,
      width: small.pixels.extent.width * upsampling.width, channels: small.channels)
    let (image, windows) = isTransposed ? (site.output, repeated) : (repeated, site.output)
    return ConvolutionLayer(
      name: site.name, self, shape: convolutionShape(image: image, windows: windows),
      upsampling: PixelExtent(upsampling.height, upsampling.width), offset: site.offset)
  }

  /// Returns the extents of the convolution of `image`, whose windows have the positions of `windows`.
  private func convolutionShape(image: SampleShape, windows: SampleShape) -> ConvolutionShape {
    let (image, imageChannels) = image.pixels
    let (output, channels) = windows.pixels
    return ConvolutionShape(
      image: image, imageChannels: imageChannels, output: output, outputChannels: channels,
      kernel: plan.size, stride: plan.stride, padBefore: plan.padBefore(image: image, output: output))
  }
}

/// A convolution, or a transposed one, possibly fused with an up-sampling before it.
///
/// The kernel is stored as in Keras: [height, width, channels in, channels out]; for a transposed convolution
/// [height, width, channels out, channels in].
struct ConvolutionLayer: Layer {
  let kernel: ParameterTensor
  let bias: ParameterTensor
  private let activation: Activation
  private let isTransposed: Bool
  /// The convolution of the repeated pixels.
  private let shape: ConvolutionShape
  /// The factors by which input pixels are repeated first.
  private let upsampling: PixelExtent
  private let form: ConvolutionStep.Form

  init(
    name: String, _ kind: Convolution, shape: ConvolutionShape, upsampling: PixelExtent = PixelExtent(1, 1),
    offset: Int
  ) {
    self.shape = shape
    self.upsampling = upsampling
    activation = kind.activation ?? .linear
    isTransposed = kind.isTransposed
    let kernelEnd = offset + shape.kernelCount
    kernel = ParameterTensor(
      name: "\(name).kernel",
      extents: [shape.kernel.height, shape.kernel.width, shape.imageChannels, shape.outputChannels],
      range: offset..<kernelEnd)
    bias = ParameterTensor(
      name: "\(name).bias", extents: [kind.filters], range: kernelEnd..<kernelEnd + kind.filters)
    form =
      upsampling == PixelExtent(1, 1)
      ? ConvolutionStep.Form(
        shape: shape, isTransposed: isTransposed, activation: activation, kernelStart: offset,
        biasStart: kernelEnd)
      : Self.fusedForm(
        shape, isTransposed: isTransposed, activation: activation, upsampling: upsampling,
        kernelStart: offset)
  }

  /// Returns the form of one transposed convolution of the small image.
  private static func fusedForm(
    _ shape: ConvolutionShape, isTransposed: Bool, activation: Activation, upsampling: PixelExtent,
    kernelStart: Int
  ) -> ConvolutionStep.Form {
    let inputs = isTransposed ? shape.outputChannels : shape.imageChannels
    let outputs = isTransposed ? shape.imageChannels : shape.outputChannels
    let upsampled = UpsampledKernel(
      kernel: shape.kernel, factor: upsampling, inputChannels: inputs, outputChannels: outputs,
      isTransposed: isTransposed)
    let small = PixelExtent(shape.image.height / upsampling.height, shape.image.width / upsampling.width)
    let wide = ConvolutionShape(
      image: shape.image, imageChannels: outputs, output: small, outputChannels: inputs,
      kernel: upsampled.wideKernel, stride: upsampled.factor,
      padBefore: upsampled.padBefore(shape.padBefore))
    return ConvolutionStep.Form(
      shape: wide, isTransposed: true, activation: activation, kernelStart: kernelStart,
      biasStart: kernelStart + upsampled.count, upsampled: upsampled)
  }

  var inputCount: Int { form.inputCount }
  var outputCount: Int { form.outputCount }
  var tensors: [ParameterTensor] { [kernel, bias] }
  var multiplicationsPerRow: Int { form.shape.multiplications }
  var acceptsPartialBlocks: Bool { true }
  var roundsFactors: Bool { true }

  func step(in memory: LayerMemory) -> LayerStep {
    let training = memory.training.map {
      ConvolutionStep.Training(arena: $0.arena, delta: $0.delta, inputDelta: $0.inputDelta)
    }
    do {
      return .other(
        try ConvolutionStep(
          form, rowsPerBlock: memory.rowsPerBlock ?? memory.rowCount(inputCount: inputCount),
          parameters: memory.parameters, input: memory.input, output: memory.output, training: training,
          precision: memory.precision, blockCount: memory.blockCount))
    } catch {
      // oneDNN has a reference implementation of every convolution; it can only run out of memory.
      preconditionFailure("\(error)")
    }
  }

  /// Draws the kernel; fans count the pixels of the kernel, as in Keras.
  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) {
    let (inputs, outputs) =
      isTransposed
      ? (shape.outputChannels, shape.imageChannels) : (shape.imageChannels, shape.outputChannels)
    let pixels = shape.kernel.count
    let limit = initialization.limit(inputs: pixels * inputs, outputs: pixels * outputs)
    for index in kernel.range { parameters[index] = (generator.nextUnitFloat() * 2 - 1) * limit }
    parameters[bias.range].fill(with: 0)
  }
}

// output position[y, x, o] = activation(bias[o] + sum over v, u, i of
//   image pixel[y * stride + v - pad, x * stride + u - pad, i] * kernel[v, u, i, o])
// A transposed convolution exchanges image and positions. Pixels may be repeated first.
extension ConvolutionLayer {
  func referenceOutput(of input: [Double], parameters: [Double]) -> [Double] {
    let repeated = repeatPixels(of: input)
    let channels = bias.range.count
    var sums = [Double](repeating: 0, count: input.count / inputCount * outputCount)
    for index in sums.indices { sums[index] = parameters[bias.range.lowerBound + index % channels] }
    forEachProduct(rows: input.count / inputCount) { from, to, weight in
      sums[to] += repeated[from] * parameters[weight]
    }
    return sums.map(activation.reference)
  }

  func referenceBackward(_ pass: ReferencePass, addingTo gradients: inout [Double]) -> [Double] {
    let delta = pass.deltaOfSums(activation)
    let repeated = repeatPixels(of: pass.input)
    var repeatedDelta = [Double](repeating: 0, count: repeated.count)
    for (index, d) in delta.enumerated() { gradients[bias.range.lowerBound + index % bias.range.count] += d }
    forEachProduct(rows: pass.input.count / inputCount) { from, to, weight in
      gradients[weight] += delta[to] * repeated[from]
      repeatedDelta[from] += delta[to] * pass.parameters[weight]
    }
    return sumRepeated(repeatedDelta)
  }

  /// Calls `body` with the indices of input, output and kernel of each product of the convolution.
  private func forEachProduct(rows: Int, _ body: (_ from: Int, _ to: Int, _ weight: Int) -> Void) {
    let (image, output, size) = (shape.image, shape.output, shape.kernel)
    for row in 0..<rows {
      for y in 0..<output.height {
        for x in 0..<output.width {
          for v in 0..<size.height {
            for u in 0..<size.width {
              let top = y * shape.stride.height + v - shape.padBefore.height
              let left = x * shape.stride.width + u - shape.padBefore.width
              guard (0..<image.height).contains(top), (0..<image.width).contains(left) else { continue }
              let pixel = ((row * image.height + top) * image.width + left) * shape.imageChannels
              let position = ((row * output.height + y) * output.width + x) * shape.outputChannels
              let tap =
                kernel.range.lowerBound + (v * size.width + u) * shape.imageChannels * shape.outputChannels
              for i in 0..<shape.imageChannels {
                for o in 0..<shape.outputChannels {
                  let weight = tap + i * shape.outputChannels + o
                  if isTransposed {
                    body(position + o, pixel + i, weight)
                  } else {
                    body(pixel + i, position + o, weight)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Returns the pixels of images, each repeated by ``upsampling``.
  private func repeatPixels(of input: [Double]) -> [Double] {
    repeatedSources(rows: input.count / inputCount).map { input[$0] }
  }

  /// Returns the sums over the repetitions of each pixel.
  private func sumRepeated(_ delta: [Double]) -> [Double] {
    let rows = delta.count / (inputCount * upsampling.count)
    var sums = [Double](repeating: 0, count: rows * inputCount)
    for (index, source) in repeatedSources(rows: rows).enumerated() { sums[source] += delta[index] }
    return sums
  }

  /// The index of the pixel that each repeated one comes from.
  private func repeatedSources(rows: Int) -> [Int] {
    let (large, channels) =
      isTransposed ? (shape.output, shape.outputChannels) : (shape.image, shape.imageChannels)
    let (height, width) = (large.height / upsampling.height, large.width / upsampling.width)
    return (0..<rows * large.count * channels).map { index in
      let (pixel, channel) = (index / channels, index % channels)
      let (y, x) = (pixel / large.width % large.height, pixel % large.width)
      let row = pixel / large.count
      return ((row * height + y / upsampling.height) * width + x / upsampling.width) * channels + channel
    }
  }
}

extension ConvolutionStep: LayerWork {
  var parameterBlocks: (ParameterBlock, ParameterBlock?)? { (blocks.kernel, blocks.bias) }
}

extension ConvolutionLayer {
  func graph(_ input: GraphValue, parameters: FloatSlice) -> GraphValue {
    let (extent, channels) =
      isTransposed ? (shape.output, shape.outputChannels) : (shape.image, shape.imageChannels)
    let small = PixelExtent(extent.height / upsampling.height, extent.width / upsampling.width)
    let rows =
      upsampling == PixelExtent(1, 1)
      ? input : input.repeatingPixels(small, channels: channels, by: upsampling)
    var (attributes, excess) = GraphImages.attributes(
      size: shape.kernel, stride: shape.stride, padBefore: shape.padBefore, image: shape.image,
      output: shape.output)
    if isTransposed { attributes["output_padding"] = .ints(excess) }
    let graph = input.graph
    let weights = graph.constant(kernelOfGraph(parameters), name: kernel.name)
    let offsets = graph.constant(
      GraphTensor([bias.range.count], .float(parameters[bias.range].array)), name: bias.name)
    let sums = graph.node(
      isTransposed ? "ConvTranspose" : "Conv",
      [GraphImages(rows, extent, channels: channels).value, weights, offsets], .float, attributes: attributes)
    return activation.graph(GraphImages.rows(sums, count: outputCount))
  }

  /// Returns the kernel in the order of graphs: [channels out, channels in, height, width], or of a
  /// transposed convolution [channels in, channels out, height, width].
  private func kernelOfGraph(_ parameters: FloatSlice) -> GraphTensor {
    let stored = parameters[kernel.range].array
    let (first, second, taps) = (shape.imageChannels, shape.outputChannels, shape.kernel.count)
    var values = [Float](repeating: 0, count: stored.count)
    for tap in 0..<taps {
      for i in 0..<first {
        // In both cases, the channels of the positions are the outer ones.
        for o in 0..<second { values[(o * first + i) * taps + tap] = stored[(tap * first + i) * second + o] }
      }
    }
    return GraphTensor([second, first, shape.kernel.height, shape.kernel.width], .float(values))
  }
}
