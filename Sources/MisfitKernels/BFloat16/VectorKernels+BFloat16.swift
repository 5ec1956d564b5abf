import MisfitCore

extension VectorKernels {
  /// Rounds floats to the nearest bf16, ties to even, both [n]; NaN stays NaN, and denormals are kept.
  ///
  /// - Precondition: the counts are equal.
  public func round(_ values: FloatSlice, into destination: BFloat16Slice) {
    precondition(values.count == destination.count, "as many values as floats")
    unsafe table.round_to_bfloat16(destination.pointer, values.pointer, values.count)
  }

  /// Turns bf16 into floats of the same values, both [n].
  ///
  /// - Precondition: the counts are equal.
  public func widen(_ values: BFloat16Slice, into destination: FloatSlice) {
    precondition(values.count == destination.count, "as many floats as values")
    unsafe table.widen_bfloat16(destination.pointer, values.pointer, values.count)
  }
}
