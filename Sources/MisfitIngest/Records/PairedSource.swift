import MisfitCore

/// Inputs and what should be made of them, record by record: a blurred and a sharp image, a grey and a coloured
/// one.
///
/// Records that have identifiers of their own in both sources (images have: their paths below the folder) are
/// matched by those, apart from what stands behind the last dot, so that `a.jpg` belongs to `a.png`; others by
/// their places. Either way both sources must have the same records in the same order, which a folder's sorted
/// names give. Each source keeps its shape, its preparation and its scaling.
public struct PairedSource: Sendable {
  /// What a network is given.
  public let input: any RecordSource
  /// What it should make of it.
  public let target: any RecordSource

  /// Pairs two sources.
  ///
  /// - Throws: ``IngestError`` where both know how many records they have and the numbers differ.
  public init(input: any RecordSource, target: any RecordSource) throws(IngestError) {
    if let count = input.layout.rowCount, let other = target.layout.rowCount, count != other {
      throw Self.countError(input: count, target: other, target.name)
    }
    self.input = input
    self.target = target
  }

  /// Begins at the first pair.
  ///
  /// - Throws: ``IngestError``.
  public func makeReader() throws(IngestError) -> PairedReader { try PairedReader(self) }

  static func countError(input: Int, target: Int, _ name: String) -> IngestError {
    IngestError(.pairCount(inputs: input, targets: target), at: InputPosition(source: name))
  }
}

/// One pass over pairs.
public final class PairedReader {
  private let source: PairedSource
  private let inputs: any RecordReader
  private let targets: any RecordReader
  private var done = 0

  init(_ source: PairedSource) throws(IngestError) {
    self.source = source
    inputs = try source.input.makeReader()
    targets = try source.target.makeReader()
  }

  /// Replaces the content of both batches by the next pairs; false when there are none left.
  ///
  /// Row for row, `target` belongs to `input`.
  ///
  /// - Throws: ``IngestError`` of either source; where one ends before the other; at the first pair of two names.
  /// - Precondition: the batches were made for the two layouts, and hold the same number of records.
  public func readBatch(
    input: inout RecordBatch, target: inout RecordBatch
  ) throws(IngestError) -> Bool {
    precondition(input.capacity == target.capacity, "two batches of one capacity")
    // A reader gives less than a whole batch only at its end.
    let hasInput = try inputs.readBatch(into: &input)
    let hasTarget = try targets.readBatch(into: &target)
    let (inputCount, targetCount) = (hasInput ? input.rowCount : 0, hasTarget ? target.rowCount : 0)
    guard inputCount == targetCount else {
      throw PairedSource.countError(
        input: done + inputCount, target: done + targetCount, source.target.name)
    }
    try checkNames(input, target, count: inputCount)
    done += inputCount
    return inputCount > 0
  }

  private func checkNames(
    _ input: borrowing RecordBatch, _ target: borrowing RecordBatch, count: Int
  ) throws(IngestError) {
    guard source.input.layout.hasIDs, source.target.layout.hasIDs else { return }
    for row in 0..<count {
      let (name, other) = (input.id(ofRow: row), target.id(ofRow: row))
      guard Self.stem(name) != Self.stem(other) else { continue }
      let place = InputPosition(source: source.target.name, record: done + row + 1)
      throw IngestError(.pairNames(input: name, target: other), at: place)
    }
  }

  /// A name without what stands behind its last dot; a dot of a folder's name is none.
  static func stem(_ name: String) -> Substring {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex, !name[dot...].contains("/") else {
      return name[...]
    }
    return name[..<dot]
  }
}
