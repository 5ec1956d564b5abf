import CVectorKernels
import MisfitCore

extension DirectForm {
  /// The extents of the gradient pass, without addresses.
  var gradientNumbers: misfit_convolution_gradient {
    let (image, output) = (forwardPlan.source, dataGradientPlan.source)
    let (window, positions) = swapsGradientRoles ? (output, image) : (image, output)
    var numbers = unsafe misfit_convolution_gradient()
    unsafe numbers.image_row = shape.stride.height * window.padded.width * window.channels
    unsafe numbers.image_step = shape.stride.width * window.channels
    unsafe numbers.line = window.padded.width * window.channels
    unsafe numbers.delta_row = positions.extent.width * positions.channels
    unsafe numbers.height = positions.extent.height
    unsafe numbers.width = positions.extent.width
    unsafe numbers.lines = shape.kernel.height
    unsafe numbers.window = shape.kernel.width * window.channels
    unsafe numbers.channels = positions.channels
    return unsafe numbers
  }

  /// The start of the first position's window.
  var gradientStart: Int {
    guard swapsGradientRoles else { return 0 }
    // Pixel q of the image is in the windows of the positions from q + pad - (kernel - 1) on.
    let output = dataGradientPlan.source
    let top = output.before.height + shape.padBefore.height - (shape.kernel.height - 1)
    let left = output.before.width + shape.padBefore.width - (shape.kernel.width - 1)
    return (top * output.padded.width + left) * output.channels
  }

  /// Copies a gradient from the layout of its pass to that of the layer, [pixels, image channels, output
  /// channels].
  func unpackGradient(_ gradient: FloatSlice, into target: FloatSlice) {
    guard swapsGradientRoles else { return target.copy(from: gradient) }
    let (inputs, outputs) = (shape.imageChannels, shape.outputChannels)
    let block = inputs * outputs
    for pixel in 0..<shape.kernel.count {
      let flipped = shape.kernel.count - 1 - pixel
      for input in 0..<inputs {
        for output in 0..<outputs {
          target[pixel * block + input * outputs + output] =
            gradient[flipped * block + output * inputs + input]
        }
      }
    }
  }
}
