import CVectorKernels
import MisfitCore

extension VectorKernels {
  /// Computes the sum of each channel over all pixels, values [pixels, channels].
  ///
  /// - Precondition: `values` holds whole pixels of `sums.count` channels.
  package func channelSums(of values: FloatSlice, into sums: FloatSlice) {
    unsafe table.channel_sums(values.pointer, pixels(values, sums.count), sums.count, sums.pointer)
  }

  /// Computes the sum of `(value - center)²` of each channel.
  ///
  /// - Precondition: the counts fit.
  package func squaredDeviations(of values: FloatSlice, from centers: FloatSlice, into sums: FloatSlice) {
    precondition(centers.count == sums.count, "not one center per channel")
    unsafe table.squared_deviations(
      values.pointer, centers.pointer, pixels(values, sums.count), sums.count, sums.pointer)
  }

  /// Computes the sum of `delta * (value - center)` of each channel.
  ///
  /// - Precondition: the counts fit.
  package func products(
    of delta: FloatSlice, with values: FloatSlice, around centers: FloatSlice, into sums: FloatSlice
  ) {
    precondition(centers.count == sums.count && delta.count == values.count, "counts differ")
    unsafe table.delta_products(
      delta.pointer, values.pointer, centers.pointer, pixels(values, sums.count), sums.count, sums.pointer)
  }

  /// Computes `activation(values * factors[c] + addends[c])`.
  ///
  /// - Precondition: the counts fit.
  package func scaleChannels(
    of values: FloatSlice, by factors: FloatSlice, adding addends: FloatSlice, activation: Activation,
    into output: FloatSlice
  ) {
    precondition(factors.count == addends.count && output.count == values.count, "counts differ")
    unsafe table.scale_channels(
      values.pointer, factors.pointer, addends.pointer, pixels(values, factors.count), factors.count,
      activation.code, output.pointer)
  }

  /// `delta * ofDelta[c] + (values - centers[c]) * ofValue[c] + addends[c]`.
  ///
  /// - Precondition: the counts fit.
  package func combineChannels(
    _ delta: FloatSlice, _ ofDelta: FloatSlice, _ values: FloatSlice, around centers: FloatSlice,
    _ ofValue: FloatSlice, adding addends: FloatSlice, into inputDelta: FloatSlice
  ) {
    let channels = ofDelta.count
    precondition(
      [centers.count, ofValue.count, addends.count].allSatisfy { $0 == channels }
        && delta.count == values.count && inputDelta.count == values.count, "counts differ")
    unsafe table.scale_channels_gradient(
      delta.pointer, values.pointer, centers.pointer, ofDelta.pointer, ofValue.pointer, addends.pointer,
      pixels(values, channels), channels, inputDelta.pointer)
  }

  private func pixels(_ values: FloatSlice, _ channels: Int) -> Int {
    precondition(channels > 0 && values.count % channels == 0, "not a whole number of pixels")
    return values.count / channels
  }
}
