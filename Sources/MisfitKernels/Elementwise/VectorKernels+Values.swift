import MisfitCore

extension VectorKernels {
  /// Adds a bias to each row and applies an activation, in place: `values` [R, C], `bias` [C].
  ///
  /// - Precondition: `values` holds a whole number of rows.
  package func addBias(_ bias: FloatSlice, andActivate activation: Activation, in values: FloatSlice) {
    let rows = Self.rowCount(of: values, columns: bias.count)
    unsafe table.add_bias_activate(values.pointer, bias.pointer, rows, bias.count, activation.code)
  }

  /// Applies an activation in place: `sums` [n].
  package func apply(_ activation: Activation, to sums: FloatSlice) {
    unsafe table.activate(sums.pointer, sums.count, activation.code)
  }

  /// Multiplies a gradient by the activation's derivative, in place, both [n]; `output` is the activation's
  /// output.
  ///
  /// - Precondition: the counts are equal.
  package func multiply(_ gradient: FloatSlice, bySlopeOf activation: Activation, at output: FloatSlice) {
    precondition(gradient.count == output.count, "the gradient has another count than the output")
    unsafe table.activation_gradient(gradient.pointer, output.pointer, gradient.count, activation.code)
  }

  /// Computes the sum of each column, in row order: `values` [R, C], `sums` [C].
  ///
  /// - Precondition: `values` holds a whole number of rows.
  package func sumColumns(of values: FloatSlice, into sums: FloatSlice) {
    let rows = Self.rowCount(of: values, columns: sums.count)
    unsafe table.column_sums(values.pointer, rows, sums.count, sums.count, sums.pointer)
  }

  /// Adds `addend` to `target`, both [n].
  ///
  /// - Precondition: the counts are equal.
  package func add(_ addend: FloatSlice, to target: FloatSlice) {
    precondition(target.count == addend.count, "the addend has another count than the target")
    unsafe table.add(target.pointer, addend.pointer, target.count)
  }

  /// Converts bytes to floats, each divided by `divisor`, both [n].
  ///
  /// - Precondition: the counts are equal.
  package func divide(_ bytes: Span<UInt8>, by divisor: Float, into destination: FloatSlice) {
    precondition(bytes.count == destination.count, "counts differ")
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      unsafe table.divide_bytes(destination.pointer, start, destination.count, divisor)
    }
  }

  /// Multiplies all values by a factor.
  package func scale(_ values: FloatSlice, by factor: Float) {
    unsafe table.scale(values.pointer, values.count, factor)
  }

  /// Returns the sum of squares, accumulated in 16 fixed lanes.
  package func sumOfSquares(of values: FloatSlice) -> Float {
    unsafe table.sum_of_squares(values.pointer, values.count)
  }
}
