import CVectorKernels
import MisfitCore

/// The kernel of a convolution over repeated pixels, as that of one transposed convolution over the pixels
/// themselves.
///
/// Repeating pixels f times and then convolving them with a kernel of k is the same sum as a transposed
/// convolution with stride f and a kernel of k + f - 1, each of whose numbers is a sum of up to f numbers of
/// the first kernel: with k = 3 and f = 2 it takes 16 products instead of 36, and no large image in between.
///
/// Shapes: the layer's kernel [k, k, C, C'], the wide one [k + f - 1, k + f - 1, outputs, inputs].
package struct UpsampledKernel: Hashable, Sendable {
  /// The extents of the layer's kernel, k.
  package var kernel: PixelExtent
  /// The factor of the up-sampling, f.
  package var factor: PixelExtent
  package var inputChannels: Int
  package var outputChannels: Int
  /// Whether the layer is a transposed convolution, whose kernel is [k, k, outputs, inputs]; else it is [k,
  /// k, inputs, outputs], and is applied flipped.
  package var isTransposed: Bool

  package init(
    kernel: PixelExtent, factor: PixelExtent, inputChannels: Int, outputChannels: Int, isTransposed: Bool
  ) {
    self.kernel = kernel
    self.factor = factor
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.isTransposed = isTransposed
  }

  /// The extent of the wide kernel.
  package var wideKernel: PixelExtent {
    PixelExtent(kernel.height + factor.height - 1, kernel.width + factor.width - 1)
  }

  /// The number of values of the layer's kernel.
  package var count: Int { kernel.count * blockCount }

  /// Returns the padding of the transposed convolution, from that of the layer.
  package func padBefore(_ pad: PixelExtent) -> PixelExtent {
    isTransposed ? pad : PixelExtent(kernel.height - 1 - pad.height, kernel.width - 1 - pad.width)
  }

  private var blockCount: Int { inputChannels * outputChannels }

  /// Computes the wide kernel from that of the layer; `block` has room for one pixel.
  func widen(_ narrow: FloatSlice, into wide: FloatSlice, block: FloatSlice) {
    wide.fill(with: 0)
    forEachPixel { pixel, positions in
      let numbers = narrow[pixel * blockCount..<(pixel + 1) * blockCount]
      transposeChannels(numbers, columns: outputChannels, into: block)
      for position in positions {
        VectorKernels.current.add(block, to: wide[position * blockCount..<(position + 1) * blockCount])
      }
    }
  }

  /// Computes the gradient of the layer's kernel from that of the wide one.
  func narrow(_ wide: FloatSlice, into narrow: FloatSlice, block: FloatSlice) {
    forEachPixel { pixel, positions in
      block.fill(with: 0)
      for position in positions {
        VectorKernels.current.add(wide[position * blockCount..<(position + 1) * blockCount], to: block)
      }
      transposeChannels(
        block, columns: inputChannels, into: narrow[pixel * blockCount..<(pixel + 1) * blockCount])
    }
  }

  /// Calls `body` for each pixel of the kernel, with the pixels of the wide kernel that contain it.
  private func forEachPixel(_ body: (Int, [Int]) -> Void) {
    for y in 0..<kernel.height {
      for x in 0..<kernel.width {
        let top = isTransposed ? y : kernel.height - 1 - y
        let left = isTransposed ? x : kernel.width - 1 - x
        let positions = (0..<factor.height).flatMap { a in
          (0..<factor.width).map { b in (top + a) * wideKernel.width + left + b }
        }
        body(y * kernel.width + x, positions)
      }
    }
  }

  /// Copies a block, transposed if the layer's kernel has its channels in the other order.
  private func transposeChannels(_ source: FloatSlice, columns: Int, into target: FloatSlice) {
    guard !isTransposed else { return target.copy(from: source) }
    let rows = blockCount / columns
    unsafe VectorKernels.current.table.transpose(
      source.pointer, columns, rows, columns, target.pointer, rows, rows)
  }
}
