import Misfit

/// A quick measurement of the processor's peak arithmetic rate: products of square matrices that fit in the
/// cache.
enum ArithmeticProbe {
  private static let size = 512
  private static let productsPerRound = 8
  private static let roundCount = 6

  /// Returns the multiplications and additions a second of all threads together, in the best of a few rounds.
  static func operationsPerSecond(threadCount: Int) -> Double {
    let pool = NumericThread.pool(threadCount: threadCount)
    let buffers = (0..<threadCount).map { _ in FloatBuffer(count: 3 * size * size) }
    for buffer in buffers { buffer.all.fill(with: 0.5) }
    let round = { pool.run(shardCount: threadCount) { multiply(buffers[$0]) } }
    NumericThread.scope(round)
    let seconds = (0..<roundCount).map { _ in Stopwatch.time { NumericThread.scope(round) }.seconds }
    let operations = 2.0 * Double(size * size * size) * Double(productsPerRound * threadCount)
    return operations / (seconds.min() ?? .infinity)
  }

  private static func multiply(_ buffer: FloatBuffer) {
    let count = size * size
    for _ in 0..<productsPerRound {
      MatrixProduct.multiply(
        buffer[0..<count], by: buffer[count..<2 * count], into: buffer[2 * count..<3 * count], rows: size,
        columns: size, inner: size)
    }
  }
}
