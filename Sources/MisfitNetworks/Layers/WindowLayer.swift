import MisfitCore
import MisfitKernels

/// A pooling, or an up-sampling, which is the way back of one.
struct WindowLayer: Layer {
  private let kind: WindowStep.Kind
  private let window: PixelWindow

  /// `image` is the side with the pixels, `places` that of the windows.
  ///
  /// - Precondition: both are images.
  init(_ kind: WindowStep.Kind, _ numbers: LayerSpecification.Pooling, image: Shape, places: Shape) {
    let plan = WindowPlan(numbers.size, numbers.stride, numbers.padding)
    let (image, channels) = image.pixels
    let places = places.pixels.extent
    self.kind = kind
    window = PixelWindow(
      channels: channels, input: image, output: places, size: plan.size, stride: plan.stride,
      padBefore: plan.padBefore(image: image, output: places))
  }

  private var imageCount: Int { window.input.count * window.channels }
  private var placesCount: Int { window.output.count * window.channels }

  var inputCount: Int { kind == .repetition ? placesCount : imageCount }
  var outputCount: Int { kind == .repetition ? imageCount : placesCount }
  var tensors: [ParameterTensor] { [] }
  var multiplicationsPerRow: Int { 0 }
  var workspaceCount: Int { 0 }

  func step(in memory: LayerMemory) -> LayerStep {
    .window(
      WindowStep(
        kind, window, input: memory.input, output: memory.output, delta: memory.training?.delta,
        inputDelta: memory.training?.inputDelta))
  }

  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) {}
}
