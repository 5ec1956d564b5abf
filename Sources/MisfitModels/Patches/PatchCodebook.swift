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
      for index in rows.indices { features.write(sample[index], to: rows[index]) }
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
    var centers = ReferenceRows(GroupClusters.initialCenters(of: rows, count: count, using: &generator))
    var nearest: [Int] = []
    for _ in 0..<iterationLimit {
      let found = Self.nearest(to: rows, among: centers, on: pool)
      guard found != nearest else { break }
      nearest = found
      centers = moved(centers, to: rows, nearest)
    }
    return centers
  }

  /// Returns the nearest center of each row.
  private static func nearest(to rows: Rows, among centers: ReferenceRows, on pool: WorkerPool) -> [Int] {
    let shardRows = 512
    let shards = (rows.count + shardRows - 1) / shardRows
    let found = FloatBuffer(count: rows.count).all
    pool.run(shardCount: shards) { shard in
      let range = shard * shardRows..<min((shard + 1) * shardRows, rows.count)
      let search = NearestCenters(centers, rowCapacity: range.count)
      search.find(of: rows[range])
      // Numbers of centers are far below 2^24.
      for row in range { found[row] = Float(search.index(ofRow: row - range.lowerBound)) }
    }
    return found.array.map { Int($0) }
  }

  /// Returns the means of the rows nearest to each center; a center that is the nearest to none stays.
  private static func moved(_ centers: ReferenceRows, to rows: Rows, _ nearest: [Int]) -> ReferenceRows {
    var members = [[Int]](repeating: [], count: centers.count)
    for (row, center) in nearest.enumerated() { members[center].append(row) }
    let moved = Rows(count: centers.count, width: centers.width)
    for center in moved.indices {
      if members[center].isEmpty {
        moved[center].copy(from: centers[center])
      } else {
        rows.writeMean(of: members[center], into: moved[center])
      }
    }
    return ReferenceRows(moved)
  }
}

/// A search for the nearest center of rows, with one blocked matrix product; one thread uses it at a time.
final class NearestCenters: @unchecked Sendable {
  private let centers: ReferenceRows
  private let products: FloatSlice
  private let lists: CandidateLists

  /// Allocates the buffers for at most `rowCapacity` rows.
  init(_ centers: ReferenceRows, rowCapacity: Int) {
    self.centers = centers
    products = FloatBuffer(count: rowCapacity * centers.count).all
    lists = CandidateLists(rowCapacity: rowCapacity, capacity: 1)
  }

  /// Finds the nearest center of each row; the results are valid until the next call.
  func find(of rows: Rows) {
    let block = products[0..<rows.count * centers.count]
    MatrixProduct.multiplyRows(
      rows.slice, by: centers.rows.slice, .transposed, into: block, rows: rows.count,
      columns: centers.count, inner: centers.width)
    lists.reset()
    lists.scan(products: block, squares: centers.squares, firstReference: 0)
  }

  /// The nearest center of a row; the first one for a row with NaN.
  func index(ofRow row: Int) -> Int { lists.candidates(ofRow: row).first ?? 0 }
}
