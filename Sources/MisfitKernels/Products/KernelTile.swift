/// A rectangle of a layer's kernel, whose gradient one thread computes and applies.
package struct KernelTile: Hashable, Sendable {
  package var inputs: Range<Int>
  package var outputs: Range<Int>

  /// Splits a kernel [I, O] into tiles whose parameters, gradients and moments fit in the L1 cache with a few
  /// rows.
  package static func tiles(inputCount: Int, outputCount: Int) -> [KernelTile] {
    let columns = min(outputCount, columnsAtMost)
    // Even, so that a pair of bf16 rows is in one tile.
    let rows = max(rowsAtLeast, parametersAtMost / columns / 2 * 2)
    return stride(from: 0, to: inputCount, by: rows).flatMap { i in
      stride(from: 0, to: outputCount, by: columns).map { o in
        KernelTile(
          inputs: i..<min(i + rows, inputCount), outputs: o..<min(o + columns, outputCount))
      }
    }
  }

  private static let columnsAtMost = 96
  private static let rowsAtLeast = 16
  private static let parametersAtMost = 3072
}
