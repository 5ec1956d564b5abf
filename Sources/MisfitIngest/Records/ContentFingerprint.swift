import MisfitCore

/// A hash of all values, which two passes over the same rows agree on.
struct ContentFingerprint: Equatable {
  private var rowCount = 0
  private var hash = FNVHash()

  mutating func update(_ batch: borrowing RecordBatch) {
    rowCount += batch.rowCount
    if let content = batch.contentHash {
      hash.add(content)
      return
    }
    let count = batch.rowCount * batch.width
    switch batch.valueKind {
    case .float64: hash.add(batch.values.span.extracting(0..<count))
    case .uint8: hash.add(batch.bytes.span.extracting(0..<count))
    }
  }
}
