import MisfitKernels

// Only dense layers have separate memory for rounded factors, since passes share their weights.
extension Network {
  /// Allocates the rounded kernels of the dense layers; nil for other layers.
  func bfloat16Weights(needsInputGradient: (Int) -> Bool) -> [BFloat16DenseWeights?] {
    layers.enumerated().map { index, layer in
      layer.asDense.map {
        BFloat16DenseWeights(
          inputCount: $0.inputCount, outputCount: $0.outputCount,
          needsInputGradient: needsInputGradient(index))
      }
    }
  }

  /// Allocates the rounded rows of layers with rounded kernels, and joins the two.
  func bfloat16Memory(
    _ weights: [BFloat16DenseWeights?], capacity: Int, trains: Bool, needsInputGradient: (Int) -> Bool
  ) -> [BFloat16Memory?] {
    zip(layers, weights).enumerated().map { index, pair in
      let (layer, weights) = pair
      return weights.map {
        BFloat16Memory(
          weights: $0,
          rows: BFloat16DenseRows(
            inputCount: layer.inputCount, outputCount: layer.outputCount, capacity: capacity,
            trains: trains, needsInputGradient: needsInputGradient(index)))
      }
    }
  }

  /// Returns the kernels rounded to a precision, to be shared by passes; empty for float32.
  package func roundedWeights(for precision: Precision) -> [BFloat16DenseWeights?] {
    guard precision == .bfloat16, BFloat16Support.isAvailable else { return [] }
    let weights = bfloat16Weights { _ in false }
    NetworkPass(self, capacity: 1, weights: weights).refreshParameters()
    return weights
  }
}
