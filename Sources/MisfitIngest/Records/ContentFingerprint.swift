/// A hash of all values, which two passes over the same rows agree on.
struct ContentFingerprint: Equatable {
  private var rowCount = 0
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func update(_ batch: borrowing RecordBatch) {
    rowCount += batch.rowCount
    if let content = batch.contentHash {
      hash = (hash ^ content) &* 0x100_0000_01b3
      return
    }
    let count = batch.rowCount * batch.width
    var hash = hash
    switch batch.valueKind {
    case .float64:
      let values = batch.values.span
      for index in 0..<count { hash = (hash ^ values[index].bitPattern) &* 0x100_0000_01b3 }
    case .uint8:
      let values = batch.bytes.span
      for index in 0..<count { hash = (hash ^ UInt64(values[index])) &* 0x100_0000_01b3 }
    }
    self.hash = hash
  }
}
