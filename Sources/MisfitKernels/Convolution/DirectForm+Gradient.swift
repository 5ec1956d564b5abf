import CVectorKernels
import MisfitCore

extension DirectForm {
  /// The extents of the gradient's pass, without addresses.
  var gradientNumbers: misfit_convolution_gradient {
    let (image, output) = (toOutput.source, toImage.source)
    let (window, places) = swapsGradient ? (output, image) : (image, output)
    var numbers = unsafe misfit_convolution_gradient()
    unsafe numbers.image_row = shape.stride.height * window.padded.width * window.channels
    unsafe numbers.image_step = shape.stride.width * window.channels
    unsafe numbers.line = window.padded.width * window.channels
    unsafe numbers.delta_row = places.extent.width * places.channels
    unsafe numbers.height = places.extent.height
    unsafe numbers.width = places.extent.width
    unsafe numbers.lines = shape.kernel.height
    unsafe numbers.window = shape.kernel.width * window.channels
    unsafe numbers.channels = places.channels
    return unsafe numbers
  }

  /// Where the first place's window begins.
  var gradientStart: Int {
    guard swapsGradient else { return 0 }
    // A pixel q of the image is reached by the places from q + pad - (kernel - 1) on.
    let output = toImage.source
    let top = output.before.height + shape.padBefore.height - (shape.kernel.height - 1)
    let left = output.before.width + shape.padBefore.width - (shape.kernel.width - 1)
    return (top * output.padded.width + left) * output.channels
  }

  /// Copies a gradient as its pass leaves it to the layer's, [pixels, image channels, output channels].
  func restore(_ gradient: FloatSlice, into target: FloatSlice) {
    guard swapsGradient else { return target.copy(from: gradient) }
    let (inputs, outputs) = (shape.imageChannels, shape.outputChannels)
    let block = inputs * outputs
    for pixel in 0..<shape.kernel.count {
      let turned = shape.kernel.count - 1 - pixel
      for input in 0..<inputs {
        for output in 0..<outputs {
          target[pixel * block + input * outputs + output] =
            gradient[turned * block + output * inputs + input]
        }
      }
    }
  }
}
