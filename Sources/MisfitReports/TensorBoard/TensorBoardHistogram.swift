import MisfitCore

/// A distribution of numbers in TensorBoard's format.
package struct TensorBoardHistogram: Sendable, Hashable {
  /// The smallest number.
  package var minimum: Double
  /// The largest number.
  package var maximum: Double
  /// The number of numbers.
  package var count: Double
  /// Their sum.
  package var sum: Double
  /// The sum of their squares.
  package var sumOfSquares: Double
  /// The upper edges of the buckets, ascending; the first begins at ``minimum``.
  package var upperEdges: [Double]
  /// The numbers in each bucket.
  package var counts: [Double]

  /// Creates a histogram from its components.
  ///
  /// - Precondition: there is a count for each edge.
  package init(
    minimum: Double, maximum: Double, count: Double, sum: Double, sumOfSquares: Double,
    upperEdges: [Double], counts: [Double]
  ) {
    precondition(upperEdges.count == counts.count, "a count for each bucket")
    self.minimum = minimum
    self.maximum = maximum
    self.count = count
    self.sum = sum
    self.sumOfSquares = sumOfSquares
    self.upperEdges = upperEdges
    self.counts = counts
  }

  /// Counts numbers in buckets of equal width; numbers that are not finite are ignored, and without numbers
  /// it is nil.
  ///
  /// Equal numbers have one bucket.
  package init?(of values: some Sequence<Double>, bucketCount: Int = 64) {
    let values = values.filter(\.isFinite)
    guard let least = values.min(), let largest = values.max(), bucketCount >= 1 else { return nil }
    let width = (largest - least) / Double(bucketCount)
    let buckets = width.isNormal ? bucketCount : 1
    var counts = Array(repeating: 0.0, count: buckets)
    for value in values { counts[buckets == 1 ? 0 : min(Int((value - least) / width), buckets - 1)] += 1 }
    self.init(
      minimum: least, maximum: largest, count: Double(values.count), sum: values.reduce(0, +),
      sumOfSquares: values.reduce(0) { $0 + $1 * $1 },
      upperEdges: (1...buckets).map { $0 == buckets ? largest : least + Double($0) * width }, counts: counts)
  }

  /// The histogram as `HistogramProto` (tensorboard/compat/proto/histogram.proto).
  var message: ProtocolMessage {
    var message = ProtocolMessage()
    message.add(1, minimum)
    message.add(2, maximum)
    message.add(3, count)
    message.add(4, sum)
    message.add(5, sumOfSquares)
    message.add(6, packed: upperEdges)
    message.add(7, packed: counts)
    return message
  }
}
