import MisfitCore

/// The rounded kernel of a dense layer [I, O]: in pairs of rows for the product with the input, and
/// transposed in words of two columns for the backward pass.
package final class BFloat16DenseWeights: Sendable {
  let pairs: BFloat16Buffer
  let transposed: BFloat16Buffer?

  /// Allocates the memory; `needsInputGradient` is whether a previous layer needs a delta.
  package init(inputCount: Int, outputCount: Int, needsInputGradient: Bool) {
    pairs = BFloat16Buffer(count: (inputCount + 1) / 2 * 2 * outputCount)
    transposed = needsInputGradient ? BFloat16Buffer(count: (outputCount + 1) / 2 * 2 * inputCount) : nil
  }
}

/// The rounded values of a dense layer for batches of up to B rows: the input and, in training, the delta of
/// the sums.
///
/// Each is stored in rows, as the factor of a product along the row, and in pairs of rows, as the factor of
/// the product along the batch that computes the kernel's gradient.
package final class BFloat16DenseRows: Sendable {
  let input: BFloat16Buffer
  let inputPairs: BFloat16Buffer?
  let delta: BFloat16Buffer?
  let deltaPairs: BFloat16Buffer?
  /// B ones, in pairs.
  let ones: BFloat16Buffer?

  /// Allocates the memory; without training, only the input.
  package init(inputCount: Int, outputCount: Int, capacity: Int, trains: Bool, needsInputGradient: Bool) {
    let pairCount = (capacity + 1) / 2
    input = BFloat16Buffer(count: capacity * ((inputCount + 1) / 2 * 2))
    inputPairs = trains ? BFloat16Buffer(count: 2 * pairCount * inputCount) : nil
    deltaPairs = trains ? BFloat16Buffer(count: 2 * pairCount * outputCount) : nil
    delta = trains && needsInputGradient ? BFloat16Buffer(count: capacity * ((outputCount + 1) / 2 * 2)) : nil
    ones = trains ? BFloat16Buffer(rounding: [Float](repeating: 1, count: 2 * pairCount)) : nil
  }
}
