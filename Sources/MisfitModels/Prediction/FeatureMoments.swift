import MisfitCore

/// The moments of the features of reference rows.
///
/// Shapes: E features.
struct FeatureMoments {
  let rowCount: Int
  /// The sums of the features: [E].
  let sums: [Double]
  /// The sums of products: [E, E].
  let products: [Double]
  /// The means of the features: [E].
  let means: [Double]
  /// The covariance of the features: [E, E].
  let covariance: [Double]

  init(of reference: ReferenceRows, _ features: PredictedFeatures) {
    let (count, width) = (features.count, reference.width)
    var sums = Array(repeating: 0.0, count: count)
    var products = Array(repeating: 0.0, count: count * count)
    var (indices, values): ([Int], [Double]) = ([], [])
    let rows = reference.rows.slice.span
    for row in 0..<reference.count {
      indices.removeAll(keepingCapacity: true)
      values.removeAll(keepingCapacity: true)
      features.read(rows.extracting(row * width..<(row + 1) * width), means: nil) { index, value in
        indices.append(index)
        values.append(value)
      }
      for (index, value) in zip(indices, values) { sums[index] += value }
      Self.addProducts(of: indices, values, to: &products, size: count)
    }
    for row in 0..<count {
      for column in 0..<row { products[column * count + row] = products[row * count + column] }
    }
    let total = Double(reference.count)
    let means = sums.map { $0 / total }
    covariance = products.indices.map { index in
      products[index] / total - means[index / count] * means[index % count]
    }
    (self.sums, self.products, self.means, rowCount) = (sums, products, means, reference.count)
  }

  /// Adds the products of the features of a row that are not 0, on and below the diagonal.
  private static func addProducts(
    of indices: [Int], _ values: [Double], to products: inout [Double], size: Int
  ) {
    let (indices, values) = (indices.span, values.span)
    var products = products.mutableSpan
    for row in 0..<indices.count {
      let (start, factor) = (indices[row] * size, values[row])
      for column in 0...row { products[start + indices[column]] += factor * values[column] }
    }
  }
}
