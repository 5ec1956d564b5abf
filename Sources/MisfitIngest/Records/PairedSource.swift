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
  /// - Throws: ``IngestError`` where an image of one folder has no partner in the other, where both know how many
  ///   records they have and the numbers differ, and where images are cut into other tiles than their targets.
  public init(input: any RecordSource, target: any RecordSource) throws(IngestError) {
    try Self.checkPartners(of: input, in: target)
    try Self.checkPartners(of: target, in: input)
    try Self.checkTiles(input, target)
    // A skipped record would pair all later ones wrongly.
    for source in [input, target] where source.cells?.handling.policy == .skip {
      throw IngestError(.skipsPairs, at: InputPosition(source: source.name))
    }
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

  /// Names the first image of a folder that another folder has no partner for.
  private static func checkPartners(
    of source: any RecordSource, in other: any RecordSource
  ) throws(IngestError) {
    guard !other.imageIDs.isEmpty else { return }
    let names = Set(other.imageIDs.map(PairedReader.stem))
    guard let single = source.imageIDs.first(where: { !names.contains(PairedReader.stem($0)) }) else {
      return
    }
    throw IngestError(.partnerMissing(single, in: other.name), at: InputPosition(source: source.name))
  }

  private static func checkTiles(
    _ input: any RecordSource, _ target: any RecordSource
  ) throws(IngestError) {
    let (grid, other) = (input.layout.grid, target.layout.grid)
    guard grid != other else { return }
    func text(_ grid: TileGrid?) -> String {
      grid.map { "cut into \($0.tileCount) tiles of \($0.tiles.side)" } ?? "whole images"
    }
    throw IngestError(
      .pairTiles(input: text(grid), target: text(other)), at: InputPosition(source: target.name))
  }

  /// Makes sure that two batches hold as many records, under the same names where both have some.
  ///
  /// - Throws: ``IngestError`` at the first record that has no partner.
  package func check(
    _ input: borrowing RecordBatch, _ target: borrowing RecordBatch
  ) throws(IngestError) {
    guard input.rowCount == target.rowCount else {
      let done = input.firstRecord - 1
      throw Self.countError(
        input: done + input.rowCount, target: done + target.rowCount, self.target.name)
    }
    guard self.input.layout.hasIDs, self.target.layout.hasIDs else { return }
    for row in 0..<input.rowCount {
      let (name, other) = (input.id(ofRow: row), target.id(ofRow: row))
      guard PairedReader.stem(name) != PairedReader.stem(other) else { continue }
      let place = InputPosition(source: self.target.name, record: input.firstRecord + row)
      throw IngestError(.pairNames(input: name, target: other), at: place)
    }
  }

  static func countError(input: Int, target: Int, _ name: String) -> IngestError {
    IngestError(.pairCount(inputs: input, targets: target), at: InputPosition(source: name))
  }
}

/// One pass over pairs.
public final class PairedReader {
  private let source: PairedSource
  private let inputs: any RecordReader
  private let targets: any RecordReader

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
    if !hasInput { input.reset(firstRecord: target.firstRecord) }
    if !hasTarget { target.reset(firstRecord: input.firstRecord) }
    try source.check(input, target)
    return hasInput
  }

  /// A name without what stands behind its last dot; a dot of a folder's name is none.
  static func stem(_ name: String) -> Substring {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex, !name[dot...].contains("/") else {
      return name[...]
    }
    return name[..<dot]
  }
}
