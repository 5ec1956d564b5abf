/// The random streams that one seed is split into, so that drawing more numbers for one use changes no other.
///
/// The values decide the results of a seed, so they never change. A stream with several indices (an epoch, a
/// layer) has a range of values; indices beyond the range continue into the next one, which only correlates
/// the two.
package struct SeedStream: Hashable, Sendable {
  /// The values for all indices.
  package let range: Range<UInt64>

  private init(_ first: UInt64, count: UInt64 = 1) { range = first..<first + count }

  /// The value of a stream with one index, or the first value.
  package var value: UInt64 { range.lowerBound }

  /// The value of an index.
  package subscript(index: Int) -> UInt64 { range.lowerBound + UInt64(index) }

  /// The noise of denoising training and of noisy codes.
  package static let noise = SeedStream(4)
  /// The initial weights; indexed by layer.
  package static let weights = SeedStream(0x100, count: 0x100)
  /// The choice of reference rows for neighbor searches.
  package static let references = SeedStream(0x200)
  /// The choice of rows for the global distance model.
  package static let globalDistance = SeedStream(0x201)
  /// The sample and the clusters whose rows are left out as groups.
  package static let groups = SeedStream(0x203)
  /// The weights of random features.
  package static let randomFeatures = SeedStream(0x202)
  /// The initial weights of ensemble members; indexed by member and tensor.
  package static let ensembleWeights = SeedStream(0x300, count: 0xD00)
  /// The rows of generated data.
  package static let generatedRows = SeedStream(0x1001)
  /// The choice of validation rows.
  package static let validation = SeedStream(0x1002)
  /// The assignment of rows to folds.
  package static let folds = SeedStream(0x1003)
  /// The initial centers of common patches.
  package static let codebook = SeedStream(0x204)
  /// The synthetic defects of images.
  package static let defects = SeedStream(0x1004)
  /// The dropped units; indexed by dropout layer.
  package static let dropout = SeedStream(0x10000, count: 0x10000)
  /// The initial weights of another start of the training; indexed by start and layer.
  package static let laterWeights = SeedStream(0x20000, count: 0x10000)
  /// The order of rows; indexed by epoch.
  package static let shuffle = SeedStream(0x1_0000_0000, count: 0x1_0000_0000)

  /// All streams.
  package static let all = [
    noise, weights, references, globalDistance, groups, codebook, randomFeatures, ensembleWeights,
    generatedRows, validation, folds, defects, dropout, laterWeights, shuffle,
  ]
}
