import Misfit

/// A labelled table, sampled and split by a seed.
struct QualityTable {
  /// The rows in the order of the file.
  let rows: [[Double]]
  /// Whether each row is an anomaly.
  let isAnomaly: [Bool]

  /// The number of rows beyond which a table is sampled, with the share of anomalies kept.
  static let rowLimit = 10_000

  /// Reads `X` and `y` of an NPZ archive.
  ///
  /// - Throws: ``IngestError``; ``BenchmarkError`` unless there is a label for each row.
  init(readingFrom path: String) throws {
    rows = try Self.rows(of: "\(path):X")
    let labels = try Self.rows(of: "\(path):y").map { $0[0] }
    guard labels.count == rows.count else {
      throw BenchmarkError(
        .noData(
          "\(path): \(labels.count) labels for \(rows.count) rows", remedy: "download the file again"))
    }
    isAnomaly = labels.map { $0 == 1 }
  }

  init(rows: [[Double]], isAnomaly: [Bool]) {
    self.rows = rows
    self.isAnomaly = isAnomaly
  }

  private static func rows(of name: String) throws -> [[Double]] {
    var rows: [[Double]] = []
    try DataSource.open(name).forEachBatch { batch in
      for row in 0..<batch.rowCount {
        rows.append((0..<batch.width).map { batch.value(row: row, column: $0) })
      }
    }
    return rows
  }

  /// Returns at most ``rowLimit`` rows, the same as those of the peers' script for a seed.
  func sampled(seed: UInt32) -> QualityTable {
    guard rows.count > Self.rowLimit else { return self }
    let anomalies = rows.indices.filter { isAnomaly[$0] }
    let normals = rows.indices.filter { !isAnomaly[$0] }
    let share = Double(Self.rowLimit) * Double(anomalies.count) / Double(rows.count)
    let count = max(Int(share.rounded(.toNearestOrEven)), min(10, anomalies.count))
    var generator = NumPyGenerator(seed: seed)
    let chosen =
      generator.choice(anomalies, count) + generator.choice(normals, Self.rowLimit - count)
    return part(chosen.sorted())
  }

  /// Returns a random half of the normal rows for training, and all other rows for scoring.
  ///
  /// Anomalies make up a share of `plantedShare` of the training rows, as long as half of them suffice; they
  /// are not scored.
  func split(seed: UInt32, plantedShare: Double = 0) -> (training: QualityTable, rest: QualityTable) {
    var generator = NumPyGenerator(seed: 1000 + seed)
    let normals = generator.permutation(rows.indices.filter { !isAnomaly[$0] })
    var training = Set(normals.prefix(normals.count / 2))
    if plantedShare > 0 {
      let anomalies = generator.permutation(rows.indices.filter { isAnomaly[$0] })
      let wanted = Int((Double(training.count) * plantedShare / (1 - plantedShare)).rounded())
      training.formUnion(anomalies.prefix(min(wanted, anomalies.count / 2)))
    }
    return (part(training.sorted()), part(rows.indices.filter { !training.contains($0) }))
  }

  private func part(_ indices: [Int]) -> QualityTable {
    QualityTable(rows: indices.map { rows[$0] }, isAnomaly: indices.map { isAnomaly[$0] })
  }
}
