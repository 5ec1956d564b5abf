import MisfitCore
import MisfitKernels

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
    case .float64: encode(batch.values.span.extracting(first: count), into: destination)
    case .uint8:
      let bytes = batch.bytes.span.extracting(first: count)
      if let divisor = schema.commonDivisor {
        VectorKernels.current.divide(bytes, by: divisor, into: destination[0..<count])
      } else {
        encode(bytes, into: destination)
      }
    }
  }

  private func encode<Value: SourceValue>(_ values: Span<Value>, into destination: FloatSlice) {
    let offsets = schema.offsets.span
    let scales = schema.scales.span
    destination.withMutableSpan { rows in
      for start in stride(from: 0, to: values.count, by: offsets.count) {
        for column in offsets.indices {
          let encoded = (values[start &+ column].asDouble - offsets[column]) / scales[column]
          rows[start &+ column] = Float(Schema.bounded(encoded))
        }
      }
    }
  }
}

/// How a batch holds its values; no closure converts them, which would be called for each.
private protocol SourceValue {
  var asDouble: Double { get }
}

extension Double: SourceValue {
  fileprivate var asDouble: Double { self }
}

extension UInt8: SourceValue {
  fileprivate var asDouble: Double { Double(self) }
}
