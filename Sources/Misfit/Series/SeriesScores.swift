import MisfitAnalytics
import MisfitCore
import MisfitKernels
import MisfitModels

/// The scores of rows, from the windows that hold them.
struct SeriesScores: Sendable {
  /// The score of each row: [R]; NaN for a row without windows.
  let scores: StoredDoubles
  /// The encoded value that is expected of each row: [R, C].
  let expected: Rows

  /// Returns the distance from the expected value that a share of ``SeriesRecord/bandShare`` of the rows
  /// keep: [C], each in the unit of its column; nil without scores.
  func bands(of rows: SeriesRows, _ record: SeriesRecord) -> [Double]? {
    let step = max(1, rows.count / Self.bandSampleCount)
    let sample = stride(from: 0, to: rows.count, by: step).filter {
      rows.records[$0] >= 0 && !scores[$0].isNaN
    }
    guard !sample.isEmpty else { return nil }
    return record.columns.indices.map { column in
      let distances = sample.map { row in
        let value = record.decoded(rows.values[row][column], column: column)
        return abs(value - record.decoded(expected[row][column], column: column))
      }.sorted()
      let band = distances[Int(SeriesRecord.bandShare * Double(distances.count - 1))]
      return band.isFinite ? band : .greatestFiniteMagnitude
    }
  }

  private static let bandSampleCount = 20_000

  /// Frees the memory of rows in files.
  func release() {
    scores.release()
    expected.slice.buffer.release()
  }
}

/// A pass of windows through a model that collects the scores of their rows.
///
/// The score of a row is the largest score of the windows that hold it, so that a row is anomalous if any of
/// its windows is. Rows of one window would tie: a row's own distance from what is expected of it raises its
/// score by up to a twentieth.
///
/// The expected value of a row is the mean of what its windows' reconstructions say, weighted by the inverse
/// of their squared errors: windows without the anomaly know best what should have been there.
final class SeriesPass {
  private let rows: SeriesRows
  private let shape: WindowShape
  private let measure: ScoreMeasure
  /// The largest score of a window: [R].
  private let largest: StoredDoubles
  private let sums: Rows
  private let weights: FloatSlice

  /// The share by which a row's own distance raises its score at most.
  private static let ownShare = 0.05
  /// The squared error that is added to all, so that weights are finite.
  private static let leastError: Float = 1e-6

  init(_ rows: SeriesRows, _ shape: WindowShape, measure: ScoreMeasure) {
    self.rows = rows
    self.shape = shape
    self.measure = measure
    largest = StoredDoubles(count: rows.count)
    largest.fill(with: .nan)
    sums = SeriesMemory.rows(count: rows.count, width: shape.columnCount)
    weights = SeriesMemory.floats(count: rows.count)
  }

  /// Takes windows through a model; nil takes all of them.
  ///
  /// `onWindows` receives the number of windows done; an error that it throws ends the pass.
  func add(
    _ windows: SeriesWindows, numbers: [Int]? = nil, by model: any RowModel, on pool: WorkerPool,
    precision: Precision = .float32, onWindows: (Int) throws -> Void = { _ in }
  ) throws {
    let pass = ModelPass(model.plans(rowsWereLearned: false, precision: precision))
    let width = model.outputWidth
    let errors = Rows(count: pass.rowsPerBlock, width: RowErrors.storedCount)
    let outputs = Rows(count: pass.rowsPerBlock, width: width)
    let own = FloatBuffer(count: pass.rowsPerBlock).all
    let includesCrossEntropy = measure == .reconstruction(.binaryCrossEntropy)
    let source: any EpochRows = numbers.map { RowSubset(windows, numbers: $0) } ?? windows
    try NumericThread.scope { () throws -> Void in
      try pass.run(
        over: source, on: pool,
        finish: { shard, result in
          let range = shard.rowsInBlock
          if let found = result.scores { own[range].copy(from: found) }
          outputs[range].slice.copy(from: result.reconstruction)
          VectorKernels.current.rowErrors(
            input: result.input, output: result.reconstruction, width: width,
            withCrossEntropy: includesCrossEntropy, into: errors[range].slice)
        },
        conclude: { shard in
          for (place, index) in zip(shard.rows, shard.rowsInBlock) {
            let found = RowErrors(stored: errors.slice, at: index, width: width)
            let score = measure.value(of: found, own: model.hasOwnScore ? own[index] : nil)
            collect(
              windows.rowRange(of: numbers?[place] ?? place), score: score,
              squaredError: Float(found.meanSquared), outputs[index])
          }
          release(after: shard.rows.upperBound, of: pass.rowsPerBlock)
          try onWindows(shard.rows.upperBound)
        })
    }
  }

  /// Frees the memory of rows in files after each number of windows.
  private func release(after windowCount: Int, of blockCount: Int) {
    let count = max(1, SeriesMemory.rowsPerRelease / blockCount) * blockCount
    if windowCount % count == 0 { release() }
  }

  private func release() {
    rows.release(after: 0)
    sums.slice.buffer.release()
    weights.buffer.release()
    largest.release()
  }

  private func collect(_ range: Range<Int>, score: Double, squaredError: Float, _ output: FloatSlice) {
    let count = shape.columnCount
    let weight = 1 / (squaredError + Self.leastError)
    let levels = shape.length * count
    let factor = 1 / shape.levelFactor
    let output = output.span
    sums[range].slice.withMutableSpan { sums in
      for index in sums.indices {
        let level = shape.levelWeight == nil ? 0 : output[levels + index % count] * factor
        sums[index] += weight * (output[index] + level)
      }
    }
    for row in range {
      weights[row] += weight
      // A window without a score does not hide the others.
      if !(largest[row] >= score), !score.isNaN { largest[row] = score }
    }
  }

  /// Returns the scores and the expected values of all rows.
  func result() -> SeriesScores {
    let scores = largest
    for row in 0..<rows.count {
      if row % SeriesMemory.rowsPerRelease == 0 { release() }
      let expected = sums[row]
      guard weights[row] > 0 else {
        expected.copy(from: rows.values[row])
        continue
      }
      var error = 0.0
      for column in 0..<shape.columnCount {
        expected[column] /= weights[row]
        let difference = Double(rows.values[row][column] - expected[column])
        error += difference * difference
      }
      error /= Double(shape.columnCount)
      scores[row] *= 1 + Self.ownShare * error / (1 + error)
    }
    return SeriesScores(scores: scores, expected: sums)
  }
}
