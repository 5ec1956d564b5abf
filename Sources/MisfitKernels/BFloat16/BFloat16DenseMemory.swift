import MisfitCore

/// The kernel of a dense layer [I, O], rounded: in pairs of rows, as its product with the input takes it, and
/// turned over in words of two columns, as the way back does.
package final class BFloat16DenseWeights: Sendable {
  let pairs: BFloat16Buffer
  let turned: BFloat16Buffer?

  /// Makes the memory; `hasWayBack` where a layer before this one needs a delta.
  package init(inputCount: Int, outputCount: Int, hasWayBack: Bool) {
    pairs = BFloat16Buffer(count: (inputCount + 1) / 2 * 2 * outputCount)
    turned = hasWayBack ? BFloat16Buffer(count: (outputCount + 1) / 2 * 2 * inputCount) : nil
  }
}

/// What passes through a dense layer in batches of up to B rows, rounded: the input, and in training the
/// delta of its sums.
///
/// Each stands in rows, as the factor of a product along the row, and in pairs of rows, as the factor of one
/// along the batch, which gives the kernel's gradient.
package final class BFloat16DenseRows: Sendable {
  let input: BFloat16Buffer
  let inputPairs: BFloat16Buffer?
  let delta: BFloat16Buffer?
  let deltaPairs: BFloat16Buffer?
  /// B times 1, in pairs.
  let ones: BFloat16Buffer?

  /// Makes the memory; without training there is only the input.
  package init(inputCount: Int, outputCount: Int, capacity: Int, trains: Bool, hasWayBack: Bool) {
    let pairCount = (capacity + 1) / 2
    input = BFloat16Buffer(count: capacity * ((inputCount + 1) / 2 * 2))
    inputPairs = trains ? BFloat16Buffer(count: 2 * pairCount * inputCount) : nil
    deltaPairs = trains ? BFloat16Buffer(count: 2 * pairCount * outputCount) : nil
    delta = trains && hasWayBack ? BFloat16Buffer(count: capacity * ((outputCount + 1) / 2 * 2)) : nil
    ones = trains ? BFloat16Buffer(rounding: [Float](repeating: 1, count: 2 * pairCount)) : nil
  }
}
