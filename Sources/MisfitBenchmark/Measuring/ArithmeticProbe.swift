import Misfit

/// A quick measurement of the processor's peak arithmetic rate: products of square matrices that fit in the
/// cache.
enum ArithmeticProbe {
  /// Without AVX-512, lines that are 512 floats apart evict each other from the cache.
  private static let sizes = [512, 480]
  private static let productsPerRound = 8
  private static let roundCount = 6

  /// Returns the multiplications and additions a second of all threads together, in the best of a few rounds.
  static func operationsPerSecond(threadCount: Int) -> Double {
    sizes.map { operationsPerSecond(threadCount: threadCount, size: $0) }.max() ?? 0
  }

  private static func operationsPerSecond(threadCount: Int, size: Int) -> Double {
    let pool = NumericThread.pool(threadCount: threadCount)
    let buffers = (0..<threadCount).map { _ in FloatBuffer(count: 3 * size * size) }
    for buffer in buffers { buffer.all.fill(with: 0.5) }
    let round = { pool.run(shardCount: threadCount) { multiply(buffers[$0], size) } }
    NumericThread.scope(round)
    let seconds = (0..<roundCount).map { _ in Stopwatch.time { NumericThread.scope(round) }.seconds }
    let operations = 2.0 * Double(size * size * size) * Double(productsPerRound * threadCount)
    return operations / (seconds.min() ?? .infinity)
  }

  private static func multiply(_ buffer: FloatBuffer, _ size: Int) {
    let count = size * size
    for _ in 0..<productsPerRound {
      MatrixProduct.multiply(
        buffer[0..<count], by: buffer[count..<2 * count], into: buffer[2 * count..<3 * count], rows: size,
        columns: size, inner: size)
    }
  }
}
