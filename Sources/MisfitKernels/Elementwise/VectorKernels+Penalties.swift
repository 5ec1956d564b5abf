import MisfitCore

extension VectorKernels {
  /// `delta += factor * sign(values)`, both [n].
  ///
  /// - Precondition: the counts are equal.
  package func addSigns(of values: FloatSlice, times factor: Float, to delta: FloatSlice) {
    precondition(values.count == delta.count, "counts differ")
    unsafe table.add_signs(delta.pointer, values.pointer, values.count, factor)
  }

  /// `delta[r, c] += s''(z) * factors[c]`, where `values` are sigmoids s(z), [R, C].
  ///
  /// - Precondition: the counts fit.
  package func addSigmoidCurvature(at values: FloatSlice, times factors: FloatSlice, to delta: FloatSlice) {
    precondition(values.count == delta.count && values.count % factors.count == 0, "counts differ")
    unsafe table.add_sigmoid_curvature(
      delta.pointer, values.pointer, factors.pointer, values.count / factors.count, factors.count)
  }
}
