import MisfitCore
import MisfitKernels

/// A convolution of images, or a transposed one, with the kernel stored as Keras stores it: [height, width,
/// channels in, channels out]; of a transposed one [height, width, channels out, channels in].
struct ConvolutionLayer: Layer {
  let kernel: ParameterTensor
  let bias: ParameterTensor
  private let form: ConvolutionStep.Form

  /// `image` is the side with the pixels, `places` that of the windows: input and output of a convolution,
  /// output and input of a transposed one.
  ///
  /// - Precondition: both are images.
  init(
    name: String, _ numbers: LayerSpecification.Convolution, isTransposed: Bool, image: Shape, places: Shape,
    offset: Int
  ) {
    let plan = WindowPlan(numbers.kernel, numbers.stride, numbers.padding)
    let (image, imageChannels) = image.pixels
    let (places, channels) = places.pixels
    let shape = ConvolutionShape(
      image: image, imageChannels: imageChannels, output: places, outputChannels: channels,
      kernel: plan.size, stride: plan.stride, padBefore: plan.padBefore(image: image, output: places))
    let kernelEnd = offset + shape.kernelCount
    form = ConvolutionStep.Form(
      shape: shape, isTransposed: isTransposed, activation: numbers.activation, kernelStart: offset,
      biasStart: kernelEnd)
    kernel = ParameterTensor(
      name: "\(name).kernel", extents: [plan.size.height, plan.size.width, imageChannels, channels],
      range: offset..<kernelEnd)
    bias = ParameterTensor(
      name: "\(name).bias", extents: [numbers.filters], range: kernelEnd..<kernelEnd + numbers.filters)
  }

  var inputCount: Int { form.inputCount }
  var outputCount: Int { form.outputCount }
  var tensors: [ParameterTensor] { [kernel, bias] }
  var multiplicationsPerRow: Int { form.shape.multiplications }
  var workspaceCount: Int { 0 }

  func step(in memory: LayerMemory) -> LayerStep {
    let training = memory.training.map {
      ConvolutionStep.Training(arena: $0.arena, delta: $0.delta, inputDelta: $0.inputDelta)
    }
    do {
      return .convolution(
        try ConvolutionStep(
          form, rowsPerBlock: memory.rowsPerBlock ?? memory.rowCount(inputCount: inputCount),
          parameters: memory.parameters, input: memory.input, output: memory.output, training: training))
    } catch {
      // oneDNN has a plain implementation of every convolution; what it may lack is memory.
      preconditionFailure("\(error)")
    }
  }

  /// Fans count the pixels of the kernel, as in Keras; a transposed kernel's are named the other way round.
  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) {
    let pixels = form.shape.kernel.count
    let limit = initialization.limit(
      inputs: pixels * form.shape.imageChannels, outputs: pixels * form.shape.outputChannels)
    for index in kernel.range { parameters[index] = (generator.nextUnitFloat() * 2 - 1) * limit }
    parameters[bias.range].fill(with: 0)
  }
}

extension Shape {
  /// The extent in pixels, and the channels.
  ///
  /// - Precondition: the shape is an image's.
  var pixels: (extent: PixelExtent, channels: Int) {
    guard let image = imageExtents else { preconditionFailure("a checked architecture has images here") }
    return (PixelExtent(image.height, image.width), image.channels)
  }
}
