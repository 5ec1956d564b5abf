import COneDNN
import MisfitCore

/// Products of row-major float matrices, by oneDNN where it is installed, on the calling thread.
package enum MatrixProduct {
  /// The orientation of a factor.
  package enum Orientation: Sendable {
    case plain
    case transposed

    fileprivate var code: CChar { self == .plain ? CChar(UInt8(ascii: "N")) : CChar(UInt8(ascii: "T")) }
  }

  /// Whether oneDNN is installed, which convolutions need; without it, products are plain loops.
  package static var hasOneDNN: Bool { misfit_load_dnnl() != 0 }

  /// The packages of Debian and of Homebrew that contain oneDNN, as a remedy.
  package static let installation = "install it (`apt-get install libdnnl2`, `brew install onednn`)"

  /// Sets `product` to `a · b`, or adds to it.
  ///
  /// Shapes: `a` [M, K], or [K, M] where transposed; `b` [K, N], or [N, K] where transposed; `product` [M,
  /// N]. The same shapes give the same bits on one processor; the kernels of another processor may differ in
  /// the last bits.
  ///
  /// - Complexity: O(M·N·K), without allocation outside oneDNN.
  /// - Precondition: the slices hold just these counts.
  package static func multiply(
    _ a: FloatSlice, _ aOrientation: Orientation = .plain, by b: FloatSlice,
    _ bOrientation: Orientation = .plain,
    into product: FloatSlice, rows m: Int, columns n: Int, inner k: Int, adding: Bool = false
  ) {
    precondition(a.count == m * k && b.count == k * n && product.count == m * n, "counts and shapes differ")
    guard m > 0, n > 0, k > 0 else {
      if !adding { product.fill(with: 0) }  // an empty product
      return
    }
    let aStride = aOrientation == .plain ? k : m
    let bStride = bOrientation == .plain ? n : k
    let status = unsafe misfit_matrix_product(
      aOrientation.code, bOrientation.code, m, n, k, a.pointer, aStride, b.pointer, bStride,
      adding ? 1 : 0, product.pointer, n)
    // `dnnl_out_of_memory`: oneDNN could not allocate its own buffers.
    if status == 1 { MemoryRefusal.end(byteCount: 4 * (a.count + b.count + product.count)) }
    precondition(status == 0, "oneDNN refused a product of checked shapes")
  }

  /// The most rows of one product of ``multiplyRows(_:by:_:into:rows:columns:inner:)``: oneDNN chooses its
  /// algorithm by the shape, and up to so many rows it is the same one for all columns and inner sizes.
  private static let rowLimit = 192

  private static let rowBlock = Int(misfit_product_row_block())

  /// Sets `product` to `a · b`, where the bits of a row depend on nothing but that row of `a` and on `b`.
  ///
  /// For rows that are scored together by chance, as slices and partitions of a table are.
  ///
  /// Shapes: as of ``multiply(_:_:by:_:into:rows:columns:inner:adding:)``, with `a` [M, K].
  ///
  /// - Complexity: O(M·N·K); allocates for fewer than 12 rows without AVX-512.
  /// - Precondition: the slices hold just these counts.
  package static func multiplyRows(
    _ a: FloatSlice, by b: FloatSlice, _ bOrientation: Orientation = .plain, into product: FloatSlice,
    rows m: Int, columns n: Int, inner k: Int
  ) {
    precondition(a.count == m * k && product.count == m * n, "counts and shapes differ")
    func multiply(_ rows: Range<Int>) {
      Self.multiply(
        a[rows.lowerBound * k..<rows.upperBound * k], by: b, bOrientation,
        into: product[rows.lowerBound * n..<rows.upperBound * n], rows: rows.count, columns: n, inner: k)
    }
    guard m >= rowBlock else {
      let padded = FloatBuffer(count: rowBlock * k).all
      let paddedProduct = FloatBuffer(count: rowBlock * n).all
      padded.fill(with: 0)
      padded[0..<a.count].copy(from: a)
      Self.multiply(
        padded, by: b, bOrientation, into: paddedProduct, rows: rowBlock, columns: n, inner: k)
      product.copy(from: paddedProduct[0..<product.count])
      return
    }
    for start in stride(from: 0, to: m, by: rowLimit) {
      let end = min(start + rowLimit, m)
      let wholeEnd = end - (end - start) % rowBlock
      if wholeEnd > start { multiply(start..<wholeEnd) }
      // The last rows are computed once more with rows before them: a whole block.
      if wholeEnd < end { multiply(end - rowBlock..<end) }
    }
  }
}
