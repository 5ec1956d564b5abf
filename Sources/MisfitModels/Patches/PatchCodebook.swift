import MisfitCore
import MisfitKernels

/// The patches that are common in normal images, as centers of clusters of their features.
///
/// A visual codebook (Sivic and Zisserman, 2003), found by Lloyd's algorithm. How far a patch is from the
/// nearest center tells whether anything like it has been seen; the reconstruction error of a network with a
/// wide code does not, since it learns to reproduce what is simple whether it has seen it or not.
///
/// Shapes: `centers` [K, F].
package struct PatchCodebook: Sendable {
  /// The features of patches.
  package let features: PatchFeatures
  /// The centers.
  package let centers: ReferenceRows
  /// The centers, laid out for the search of the nearest one.
  let packedCenters: PackedReferences

  /// The maximum number of centers.
  private static let centerLimit = 512
  /// The maximum number of patches that centers are found from.
  private static let sampleLimit = 20_000
  /// The maximum number of iterations; the centers need not have converged.
  private static let iterationLimit = 15

  /// Creates a codebook.
  ///
  /// - Precondition: the centers have as many values as there are features.
  package init(features: PatchFeatures, centers: ReferenceRows) {
    precondition(centers.width == features.count, "centers of features")
    self.features = features
    self.centers = centers
    packedCenters = centers.packed
  }

  /// Finds the codebook of patches of a shape; of a random sample if there are many.
  ///
  /// - Throws: Errors of reading the rows.
  package static func fit(
    _ patches: any EpochRows, shape: SampleShape, seed: UInt64, on pool: WorkerPool
  ) throws -> PatchCodebook {
    try NumericThread.scope { () throws -> PatchCodebook in
      let sample = try ReferenceRows.sample(of: patches, limit: sampleLimit, seed: seed).rows
      let features = PatchFeatures(of: sample, shape)
      let rows = Rows(count: sample.count, width: features.count)
      PatchFeatureStep(features, rowCapacity: sample.count).write(sample, to: rows)
      var generator = SeededGenerator(seed: seed, stream: SeedStream.codebook.value)
      let centers = clusters(of: rows, using: &generator, on: pool)
      return PatchCodebook(features: features, centers: centers)
    }
  }

  /// Returns the centers of clusters of rows, from rows drawn by k-means++ (Arthur and Vassilvitskii, 2007).
  private static func clusters(
    of rows: Rows, using generator: inout SeededGenerator, on pool: WorkerPool
  ) -> ReferenceRows {
    let count = min(centerLimit, rows.count)
    let centers = GroupClusters.initialCenters(of: rows, count: count, using: &generator)
    GroupClusters.refine(centers, of: rows, iterationLimit: iterationLimit) { centers in
      Self.nearest(to: rows, among: ReferenceRows(centers), on: pool)
    }
    return ReferenceRows(centers)
  }

  /// Returns the nearest center of each row.
  private static func nearest(to rows: Rows, among centers: ReferenceRows, on pool: WorkerPool) -> [Int] {
    let shardRows = 512
    let shards = (rows.count + shardRows - 1) / shardRows
    let packed = centers.packed
    let found = FloatBuffer(count: rows.count).all
    pool.run(shardCount: shards) { shard in
      let range = shard * shardRows..<min((shard + 1) * shardRows, rows.count)
      // Numbers of centers are far below 2^24.
      for (row, center) in zip(range, packed.nearest(to: rows[range])) { found[row] = Float(center) }
    }
    return found.array.map { Int($0) }
  }
}
