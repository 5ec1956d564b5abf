import MisfitCore
import MisfitKernels

/// Encodes records as the rows that a model reads.
package struct RowEncoder: Sendable {
  /// The schema that values are encoded by.
  package let schema: Schema
  private let table: TableEncoder?

  /// Makes an encoder for a schema.
  package init(_ schema: Schema) {
    self.schema = schema
    table = schema.table.map(TableEncoder.init)
  }

  /// Encodes the rows of a batch, in double precision, rounded once.
  ///
  /// Shapes: `destination` [N, E], N = `batch.rowCount`, E = `schema.inputCount`.
  ///
  /// - Precondition: the batch has the width of the schema, and `destination` has room for its rows.
  package func encode(_ batch: borrowing RecordBatch, into destination: FloatSlice) {
    precondition(batch.width == schema.width, "a batch of another width than the schema's")
    let count = batch.rowCount * batch.width
    precondition(destination.count >= batch.rowCount * schema.inputCount, "too little room for the rows")
    if let table {
      return destination.withMutableSpan {
        table.encode(batch.values.span.extracting(first: count), into: &$0)
      }
    }
    switch batch.valueKind {
    case .float64:
      encode(batch.values.span.extracting(first: count), into: destination)
      if batch.hasMissing { fillMissing(batch.values.span.extracting(first: count), in: destination) }
    case .uint8:
      let bytes = batch.bytes.span.extracting(first: count)
      if let divisor = schema.commonDivisor {
        VectorKernels.current.divide(bytes, by: divisor, into: destination[0..<count])
      } else {
        encode(bytes, into: destination)
      }
    }
  }

  private func fillMissing(_ values: Span<Double>, in destination: FloatSlice) {
    for index in values.indices where values[index].isNaN {
      destination[index] = schema.missingInput(index % schema.width)
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

/// The element type of a batch; a protocol, since a closure would be called for each value.
private protocol SourceValue {
  var asDouble: Double { get }
}

extension Double: SourceValue {
  fileprivate var asDouble: Double { self }
}

extension UInt8: SourceValue {
  fileprivate var asDouble: Double { Double(self) }
}
