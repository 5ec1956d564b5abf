import MisfitCore

/// A hash of the number of records and their names without extensions, which two passes must agree on.
struct NameFingerprint: Equatable {
  private(set) var rowCount = 0
  private(set) var hash = FNVHash()

  mutating func update(_ batch: borrowing RecordBatch) {
    rowCount += batch.rowCount
    for id in batch.ids {
      hash.add(PairedReader.stem(id))
      hash.add(0x100)
    }
  }
}

extension PairedSource {
  /// Checks that there is a target for each input.
  ///
  /// - Throws: ``IngestError``.
  func check(rowCounts inputs: Int, _ targets: Int) throws(IngestError) {
    guard inputs == targets else { throw Self.countError(input: inputs, target: targets, target.name) }
  }

  /// Checks that two passes went over the same records in pairs.
  ///
  /// - Throws: ``IngestError`` at the first record without a partner, found by a pass over both sources.
  func check(_ inputs: NameFingerprint, _ targets: NameFingerprint) throws(IngestError) {
    let hasNames = input.layout.hasIDs && target.layout.hasIDs
    guard inputs.rowCount != targets.rowCount || (hasNames && inputs.hash != targets.hash) else { return }
    let reader = try makeReader()
    let capacity = RecordLayout.batchRowCount(ofWidth: max(input.layout.width, target.layout.width))
    var first = RecordBatch(layout: input.layout, capacity: capacity)
    var second = RecordBatch(layout: target.layout, capacity: capacity)
    while try reader.readBatch(input: &first, target: &second) {}
    throw IngestError(.changedBetweenPasses, at: InputPosition(source: target.name))
  }
}
