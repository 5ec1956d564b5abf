import MisfitCore

/// The sizes above which a source is refused, so that a short header cannot claim all memory of a machine.
package enum SourceLimits {
  /// The maximum number of columns in a table.
  package static let columnCount = 1_000_000
  /// The maximum number of bytes of one sample in memory: one for each pixel, eight for each number.
  package static let sampleByteCount = 1 << 27
  /// The maximum number of samples in a header.
  static let sampleCount = 1 << 48
  /// The maximum number of bytes from one byte of gzip data: 258 bytes from two bits.
  static let largestExpansion = 1032

  /// Returns the maximum number of values in a sample: fewer if each of them has a name, as in a table.
  static func valueCount(of shape: SampleShape, _ kind: ValueKind) -> Int {
    shape.extents.count == 1 ? columnCount : kind == .uint8 ? sampleByteCount : sampleByteCount / 8
  }

  /// Refuses samples that are too large.
  ///
  /// - Throws: ``IngestError``.
  static func check(_ shape: SampleShape, _ kind: ValueKind, of source: String) throws(IngestError) {
    let limit = valueCount(of: shape, kind)
    guard shape.elementCount <= limit else {
      let kind = IngestError.Kind.sampleTooLarge(shape, limit: limit)
      throw IngestError(kind, at: InputPosition(source: source))
    }
  }
}
