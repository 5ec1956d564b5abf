import MisfitCore

/// The sizes beyond which a source is refused, so that a few bytes cannot claim all of a machine's memory.
public enum SourceLimits {
  /// The most columns of a table.
  public static let columnCount = 1_000_000
  /// The most bytes that one sample takes while it is read: a byte a pixel, eight bytes a number.
  public static let sampleByteCount = 1 << 27
  /// The most samples that a header may promise.
  static let sampleCount = 1 << 48
  /// The most bytes that one byte of gzip data can become: 258 bytes from two bits.
  static let largestExpansion = 1032

  /// The most values of a sample: fewer where each of them has a name, as in a table.
  static func valueCount(of shape: Shape, _ kind: ValueKind) -> Int {
    shape.extents.count == 1 ? columnCount : kind == .uint8 ? sampleByteCount : sampleByteCount / 8
  }

  /// Refuses samples that are too large.
  ///
  /// - Throws: ``IngestError``.
  static func check(_ shape: Shape, _ kind: ValueKind, of source: String) throws(IngestError) {
    let limit = valueCount(of: shape, kind)
    guard shape.elementCount <= limit else {
      let kind = IngestError.Kind.sampleTooLarge(shape, limit: limit)
      throw IngestError(kind, at: InputPosition(source: source))
    }
  }
}
