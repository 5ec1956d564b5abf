import MisfitCore

extension VectorKernels {
  /// Subtracts from each row its mean, and divides it by its standard deviation plus `floor`: `rows`,
  /// `normalized` [R, C], `means` [R].
  ///
  /// A row of equal values has a deviation of exactly 0.
  ///
  /// - Precondition: the counts fit.
  package func normalize(_ rows: Rows, floor: Float, into normalized: Rows, means: FloatSlice) {
    precondition(
      normalized.count >= rows.count && normalized.width == rows.width && means.count >= rows.count,
      "too little room for the rows")
    unsafe table.normalize_rows(
      rows.slice.pointer, rows.count, rows.width, floor, normalized.slice.pointer, means.pointer)
  }

  /// Sets each pixel to `base` plus `factor` times the sum of its channels' squared differences: `input`,
  /// `output` [P, channels], `pixels` [P].
  ///
  /// Returns the largest pixel, at least 0; NaN if any is NaN.
  ///
  /// - Precondition: the counts fit.
  @discardableResult
  package func pixelErrors(
    of input: FloatSlice, from output: FloatSlice, base: Float = 0, factor: Float, into pixels: FloatSlice
  ) -> Float {
    let channels = input.count / max(pixels.count, 1)
    precondition(
      output.count == input.count && channels * pixels.count == input.count, "whole pixels of both images")
    return unsafe table.pixel_errors(
      input.pointer, output.pointer, pixels.pointer, pixels.count, channels, base, factor)
  }
}
