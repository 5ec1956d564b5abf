import COneDNN
import MisfitCore

/// A product of row-major matrices of bf16, summed in f32, by oneDNN, on the calling thread alone.
///
/// Made once for its shapes; a call sets three addresses and runs. It may go from thread to thread, but one at
/// a time may use it and the others made on its stream: each shard has its own.
///
/// Row counts may vary from call to call (the last shard of a batch, or of an epoch). The primitive of the
/// usual extents and that of the last other ones are kept, so that only a change between other ones makes a
/// new primitive.
///
/// The same bits for the same shapes on one processor; another processor's kernels may differ in the last
/// bits. Factors that are denormal numbers may count as 0.
public final class BFloat16Product: @unchecked Sendable {
  /// What a product computes; shapes as in ``MatrixProduct``: a [M, K] by b [K, N] is [M, N].
  public struct Form: Sendable, Hashable {
    /// N, which is the same in all calls.
    public var columns: Int
    /// How `a` lies in memory: [M, K], or [K, M] where transposed.
    public var a: MatrixProduct.Orientation
    /// How `b` lies in memory: [K, N], or [N, K] where transposed.
    public var b: MatrixProduct.Orientation
    /// Whether the product is added to what is there.
    public var isAdding: Bool
    /// Whether a bias [N] is added to each row.
    public var hasBias: Bool

    /// A form; without more said, a plain product.
    public init(
      columns: Int, a: MatrixProduct.Orientation = .plain, b: MatrixProduct.Orientation = .plain,
      isAdding: Bool = false, hasBias: Bool = false
    ) {
      (self.columns, self.a, self.b) = (columns, a, b)
      (self.isAdding, self.hasBias) = (isAdding, hasBias)
    }
  }

  /// The extents of one call: M and K.
  private struct Extents: Hashable {
    var rows: Int
    var inner: Int
  }

  /// What the product computes.
  public let form: Form
  private let stream: PrimitiveStream
  private let usual: (extents: Extents, primitive: Primitive)
  private var other: (extents: Extents, primitive: Primitive)?

  /// Makes the product for its usual extents.
  ///
  /// - Throws: ``PrimitiveError`` where oneDNN has no such product on this processor: see
  ///   ``BFloat16Support``.
  /// - Precondition: all extents are at least 1.
  public init(_ form: Form, rows: Int, inner: Int, on stream: PrimitiveStream) throws(PrimitiveError) {
    let extents = Extents(rows: rows, inner: inner)
    self.form = form
    self.stream = stream
    usual = (extents, try Self.primitive(form, extents, on: stream))
  }

  /// Sets `product` to `a · b`, or adds it to what is there, as the form says.
  ///
  /// - Parameters:
  ///   - rows: M of this call.
  ///   - inner: K of this call.
  /// - Throws: ``PrimitiveError`` where oneDNN fails, which it does only without memory.
  /// - Complexity: O(M·N·K); nothing of ours is allocated unless the extents are new ones.
  /// - Precondition: the slices hold just these counts, and there is a bias exactly where the form has one.
  public func callAsFunction(
    _ a: BFloat16Slice, by b: BFloat16Slice, bias: FloatSlice? = nil, into product: FloatSlice, rows: Int,
    inner: Int
  ) throws(PrimitiveError) {
    let (m, n, k) = (rows, form.columns, inner)
    precondition(a.count == m * k && b.count == k * n && product.count == m * n, "counts and shapes differ")
    precondition((bias?.count ?? 0) == (form.hasBias ? n : 0), "a bias of N floats where the form has one")
    guard m > 0 else { return }
    guard k > 0 else {
      precondition(!form.hasBias, "an empty sum with a bias")
      if !form.isAdding { product.fill(with: 0) }
      return
    }
    let primitive = try primitive(for: Extents(rows: m, inner: k))
    try unsafe primitive.set(MISFIT_MATMUL_A, to: a.pointer)
    try unsafe primitive.set(MISFIT_MATMUL_B, to: b.pointer)
    try unsafe primitive.set(MISFIT_MATMUL_PRODUCT, to: product.pointer)
    if let bias { try unsafe primitive.set(MISFIT_MATMUL_BIAS, to: bias.pointer) }
    try primitive.run()
  }

  private func primitive(for extents: Extents) throws(PrimitiveError) -> Primitive {
    if extents == usual.extents { return usual.primitive }
    if let other, other.extents == extents { return other.primitive }
    let made = try Self.primitive(form, extents, on: stream)
    other = (extents, made)
    return made
  }

  private static func primitive(
    _ form: Form, _ extents: Extents, on stream: PrimitiveStream
  ) throws(PrimitiveError) -> Primitive {
    precondition(extents.rows > 0 && extents.inner > 0 && form.columns > 0, "a product of nothing")
    var shape = misfit_matmul_shape(
      rows: Int64(extents.rows), columns: Int64(form.columns), inner: Int64(extents.inner),
      a_is_transposed: form.a == .transposed ? 1 : 0, b_is_transposed: form.b == .transposed ? 1 : 0,
      adds: form.isAdding ? 1 : 0, has_bias: form.hasBias ? 1 : 0)
    return try unsafe Primitive(on: stream) { unsafe misfit_matmul_create($0, &shape, $1) }
  }
}
