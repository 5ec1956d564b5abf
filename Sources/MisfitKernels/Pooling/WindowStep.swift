import CVectorKernels
import MisfitCore

/// A pooling or up-sampling layer compiled for batches of up to B rows.
///
/// It does not use oneDNN, whose maximum turns NaN into a number, which would hide that a network has
/// diverged.
///
/// Shapes: `input` and `inputDelta` [B, I], `output` and `delta` [B, O]; I and O are whole images.
package struct WindowStep: Sendable {
  /// The operation on a window.
  package enum Kind: Hashable, Sendable {
    /// The largest value.
    case maximum
    /// The mean of the pixels inside the image.
    case average
    /// Each input pixel fills its window of the output: the windows are in the output.
    case repetition
  }

  private let kind: Kind
  private let window: PixelWindow
  private let inputCount: Int
  private let outputCount: Int
  private let input: FloatSlice
  private let output: FloatSlice
  private let delta: FloatSlice?
  private let inputDelta: FloatSlice?

  /// Creates a step on the given memory; the deltas are for training.
  ///
  /// - Precondition: the shapes fit, for a whole number of rows.
  package init(
    _ kind: Kind, _ window: PixelWindow, input: FloatSlice, output: FloatSlice, delta: FloatSlice? = nil,
    inputDelta: FloatSlice? = nil
  ) {
    let (wide, narrow) = (window.input.count * window.channels, window.output.count * window.channels)
    inputCount = kind == .repetition ? narrow : wide
    outputCount = kind == .repetition ? wide : narrow
    precondition(
      input.count % inputCount == 0 && output.count / outputCount == input.count / inputCount,
      "shapes differ")
    precondition(delta.map { $0.count == output.count } ?? true, "shapes differ")
    precondition(inputDelta.map { $0.count == input.count } ?? true, "shapes differ")
    self.kind = kind
    self.window = window
    self.input = input
    self.output = output
    self.delta = delta
    self.inputDelta = inputDelta
  }

  /// Computes the output of `rows`.
  package func forward(_ rows: Range<Int>) {
    let table = VectorKernels.current.table
    var window = window.forRows(rows.count)
    let source = part(input, rows, inputCount)
    let target = part(output, rows, outputCount)
    switch kind {
    case .maximum: unsafe table.max_pool(&window, source.pointer, target.pointer)
    case .average: unsafe table.average_pool(&window, source.pointer, target.pointer)
    case .repetition: unsafe table.repeat_pixels(&window, source.pointer, target.pointer)
    }
  }

  /// Computes the delta of the previous layer, if there is one.
  package func backward(_ rows: Range<Int>) {
    guard let delta, let inputDelta else { return }
    let table = VectorKernels.current.table
    var window = window.forRows(rows.count)
    let source = part(delta, rows, outputCount)
    let target = part(inputDelta, rows, inputCount)
    switch kind {
    case .maximum:
      let (input, output) = (part(input, rows, inputCount), part(output, rows, outputCount))
      unsafe table.max_pool_gradient(
        &window, input.pointer, output.pointer, source.pointer, target.pointer)
    case .average: unsafe table.average_pool_gradient(&window, source.pointer, target.pointer)
    case .repetition: unsafe table.repeat_pixels_gradient(&window, source.pointer, target.pointer)
    }
  }

  private func part(_ values: FloatSlice, _ rows: Range<Int>, _ count: Int) -> FloatSlice {
    values[rows.lowerBound * count..<rows.upperBound * count]
  }
}
