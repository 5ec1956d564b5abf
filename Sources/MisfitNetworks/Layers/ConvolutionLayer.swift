import MisfitCore
import MisfitKernels

/// A convolution of images, or a transposed one, with the kernel stored as Keras stores it: [height, width,
/// channels in, channels out]; of a transposed one [height, width, channels out, channels in].
struct ConvolutionLayer: Layer {
  let kernel: ParameterTensor
  let bias: ParameterTensor
  private let form: ConvolutionStep.Form
  /// The kernel's pixels, and the channels that go in and come out.
  private let fan: (pixels: Int, inputs: Int, outputs: Int)

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
    fan = (
      shape.kernel.count, isTransposed ? channels : imageChannels, isTransposed ? imageChannels : channels
    )
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

  /// A convolution with stride 1 of pixels that were each repeated by `factors`, in one: `small` goes in,
  /// `large` comes out; see ``UpsampledKernel``.
  ///
  /// - Precondition: both are images; the padding is `same`.
  init(
    name: String, _ numbers: LayerSpecification.Convolution, isTransposed: Bool,
    upsampling factors: PixelSize,
    small: Shape, large: Shape, offset: Int
  ) {
    let (places, inputs) = small.pixels
    let (image, outputs) = large.pixels
    let plan = WindowPlan(numbers.kernel, numbers.stride, numbers.padding)
    let upsampled = UpsampledKernel(
      kernel: plan.size, factor: PixelExtent(factors.height, factors.width), inputChannels: inputs,
      outputChannels: outputs, isTransposed: isTransposed)
    let shape = ConvolutionShape(
      image: image, imageChannels: outputs, output: places, outputChannels: inputs,
      kernel: upsampled.wideKernel, stride: upsampled.factor,
      padBefore: upsampled.padBefore(plan.padBefore(image: image, output: image)))
    fan = (plan.size.count, inputs, outputs)
    let kernelEnd = offset + upsampled.count
    form = ConvolutionStep.Form(
      shape: shape, isTransposed: true, activation: numbers.activation, kernelStart: offset,
      biasStart: kernelEnd, upsampled: upsampled)
    let channels = isTransposed ? [outputs, inputs] : [inputs, outputs]
    kernel = ParameterTensor(
      name: "\(name).kernel", extents: [plan.size.height, plan.size.width] + channels,
      range: offset..<kernelEnd)
    bias = ParameterTensor(
      name: "\(name).bias", extents: [outputs], range: kernelEnd..<kernelEnd + outputs)
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
          parameters: memory.parameters, input: memory.input, output: memory.output, training: training,
          precision: memory.precision, blockCount: memory.blockCount))
    } catch {
      // oneDNN has a plain implementation of every convolution; what it may lack is memory.
      preconditionFailure("\(error)")
    }
  }

  /// Fans count the pixels of the kernel, as in Keras.
  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) {
    let limit = initialization.limit(inputs: fan.pixels * fan.inputs, outputs: fan.pixels * fan.outputs)
    for index in kernel.range { parameters[index] = (generator.nextUnitFloat() * 2 - 1) * limit }
    parameters[bias.range].fill(with: 0)
  }
}

extension Shape {
  /// The extent in pixels, and the channels.
  ///
  /// - Precondition: the shape is an image's.
  var pixels: (extent: PixelExtent, channels: Int) {
    guard let image = imageExtents else { preconditionFailure("the shape is not an image") }
    return (PixelExtent(image.height, image.width), image.channels)
  }
}
