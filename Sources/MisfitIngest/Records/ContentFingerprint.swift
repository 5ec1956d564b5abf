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
    var value = hash.value
    let prime = FNVHash.prime
    switch batch.valueKind {
    case .float64:
      let values = batch.values.span
      for index in 0..<count { value = (value ^ values[index].bitPattern) &* prime }
    case .uint8:
      let values = batch.bytes.span
      for index in 0..<count { value = (value ^ UInt64(values[index])) &* prime }
    }
    hash.value = value
  }
}
