import MisfitCore

/// Inputs and their targets, record by record: a blurred and a sharp image, a gray and a colored one.
///
/// If both sources have identifiers, as images have their paths, records are matched by them without their
/// extensions, so that `a.jpg` belongs to `a.png`; otherwise by position. Both sources must have the same
/// records in the same order, as the sorted names of folders have. Each source keeps its shape, preparation
/// and scaling.
package struct PairedSource: Sendable {
  /// The inputs of the model.
  package let input: any RecordSource
  /// The outputs that the model learns.
  package let target: any RecordSource

  /// Pairs two sources.
  ///
  /// - Throws: ``IngestError`` if an image of one folder has no partner in the other, if both numbers of
  ///   records are known and differ, or if images are cut into other tiles than their targets.
  package init(input: any RecordSource, target: any RecordSource) throws(IngestError) {
    try Self.checkPartners(of: input, in: target)
    try Self.checkPartners(of: target, in: input)
    try Self.checkTiles(input, target)
    // A skipped record would shift all later pairs.
    for source in [input, target] where source.cells?.handling.policy == .skip {
      throw IngestError(.skipsPairs, at: InputPosition(source: source.name))
    }
    if let count = input.layout.rowCount, let other = target.layout.rowCount, count != other {
      throw Self.countError(input: count, target: other, target.name)
    }
    self.input = input
    self.target = target
  }

  /// Returns a reader that begins at the first pair.
  ///
  /// - Throws: ``IngestError``.
  package func makeReader() throws(IngestError) -> PairedReader { try PairedReader(self) }

  /// Throws an error that names the first image of a folder without a partner in another.
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

  /// Checks that two batches have the same number of records, under the same names if both have names.
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
package final class PairedReader {
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
  /// Row `i` of `target` is the target of row `i` of `input`.
  ///
  /// - Throws: ``IngestError`` of either source, if one ends before the other, or at the first pair with two
  ///   names.
  /// - Precondition: the batches were made for the two layouts and have the same capacity.
  package func readBatch(
    input: inout RecordBatch, target: inout RecordBatch
  ) throws(IngestError) -> Bool {
    precondition(input.capacity == target.capacity, "two batches of one capacity")
    // A reader returns an incomplete batch only at its end.
    let hasInput = try inputs.readBatch(into: &input)
    let hasTarget = try targets.readBatch(into: &target)
    if !hasInput { input.reset(firstRecord: target.firstRecord) }
    if !hasTarget { target.reset(firstRecord: input.firstRecord) }
    try source.check(input, target)
    return hasInput
  }

  /// Returns a name without its extension.
  static func stem(_ name: String) -> Substring {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex, !name[dot...].contains("/") else {
      return name[...]
    }
    return name[..<dot]
  }
}
