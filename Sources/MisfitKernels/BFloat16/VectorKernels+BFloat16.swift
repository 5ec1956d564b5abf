import MisfitCore

extension VectorKernels {
  /// Rounds floats to the nearest bf16, ties to even, both [n]; NaN stays NaN, and denormals are preserved.
  ///
  /// - Precondition: the counts are equal.
  package func round(_ values: FloatSlice, into destination: BFloat16Slice) {
    precondition(values.count == destination.count, "counts differ")
    unsafe table.round_to_bfloat16(destination.pointer, values.pointer, values.count)
  }

  /// Converts bf16 to floats of the same values, both [n].
  ///
  /// - Precondition: the counts are equal.
  package func widen(_ values: BFloat16Slice, into destination: FloatSlice) {
    precondition(values.count == destination.count, "counts differ")
    unsafe table.widen_bfloat16(destination.pointer, values.pointer, values.count)
  }
}
