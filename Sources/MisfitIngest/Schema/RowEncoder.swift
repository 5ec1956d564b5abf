import MisfitCore

/// Turns records into the rows that a network sees.
public struct RowEncoder: Sendable {
  /// The scaling.
  public let schema: Schema

  /// An encoder for a schema.
  public init(_ schema: Schema) { self.schema = schema }

  /// Encodes the rows of a batch, computed as doubles and rounded once.
  ///
  /// Shapes: `destination` [N, D], N = `batch.rowCount`, D = `schema.width`.
  ///
  /// - Precondition: the batch has the schema's width, and the destination room for its rows.
  public func encode(_ batch: borrowing RecordBatch, into destination: FloatSlice) {
    precondition(batch.width == schema.width, "a batch of another width than the schema's")
    let count = batch.rowCount * batch.width
    precondition(destination.count >= count, "too little room for the rows")
    switch batch.valueKind {
    case .float64: encode(batch.values.span.extracting(first: count), into: destination) { $0 }
    case .uint8: encode(batch.bytes.span.extracting(first: count), into: destination) { Double($0) }
    }
  }

  @inline(__always)
  private func encode<Value>(
    _ values: Span<Value>, into destination: FloatSlice, _ double: (Value) -> Double
  ) {
    let width = schema.width
    let offsets = schema.offsets.span.extracting(first: width)
    let scales = schema.scales.span.extracting(first: width)
    destination.withMutableSpan { rows in
      for start in stride(from: 0, to: values.count, by: width) {
        let row = values.extracting(start..<start + width)
        for column in 0..<width {
          let value = (double(row[column]) - offsets[column]) / scales[column]
          rows[start + column] = Float(Schema.bounded(value))
        }
      }
    }
  }
}
