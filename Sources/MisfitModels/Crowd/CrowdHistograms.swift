import MisfitCore

/// How rare a value is in its column: minus the logarithm of its histogram's height, the highest being 1.
///
/// Goldstein and Dengel, "Histogram-based outlier score (HBOS)", 2012. Bins of equal width between a
/// column's least and largest value; a value beyond them is as rare as one in an empty bin.
///
/// Shapes: D columns of B bins; `penalties` [D, B + 1], the last for values in no bin.
struct CrowdHistograms: Sendable {
  let columns: CrowdColumns
  let penalties: FloatSlice
  let binCount: Int

  /// What an empty bin counts as.
  private static let emptyCount = 0.1

  init(columns: CrowdColumns, penalties: FloatSlice) {
    precondition(
      penalties.count % columns.width == 0 && penalties.count >= 2 * columns.width, "whole columns")
    self.columns = columns
    self.penalties = penalties
    binCount = penalties.count / columns.width - 1
  }

  /// Counts those of `rows` that `isKept` names.
  init(rows: ReferenceRows, isKept: [Bool], columns: CrowdColumns) {
    let keptCount = isKept.count { $0 }
    let bins = min(50, max(5, Int(Double(min(keptCount, 1000)).squareRoot().rounded(.up))))
    let width = rows.width
    let penalties = FloatBuffer(count: width * (bins + 1)).all
    let blank = CrowdHistograms(columns: columns, penalties: penalties)
    for column in 0..<width {
      var counts = Array(repeating: 0.0, count: bins + 1)
      for row in 0..<rows.count where isKept[row] {
        counts[blank.bin(of: rows.rows[row * width + column], column: column)] += 1
      }
      let most = counts.max() ?? 1
      for (bin, count) in counts.enumerated() {
        let height = bin == bins ? Self.emptyCount : count + Self.emptyCount
        penalties[column * (bins + 1) + bin] = Float(-Logarithm.of(height / (most + Self.emptyCount)))
      }
    }
    self = blank
  }

  /// The bin of a value, or the number of bins where it is in none; a constant column has one.
  private func bin(of value: Float, column: Int) -> Int {
    let (least, largest) = (columns.least(column), columns.largest(column))
    guard value >= least, value <= largest else { return binCount }
    guard largest > least else { return 0 }
    return min(Int((value - least) / (largest - least) * Float(binCount)), binCount - 1)
  }

  /// The sum over the columns of a row; each column's part, times a factor, is added to `parts` [D].
  func score(_ row: FloatSlice, addingColumnsTo parts: FloatSlice?, times factor: Float) -> Double {
    var sum = 0.0
    for column in 0..<columns.width {
      let penalty = penalties[column * (binCount + 1) + bin(of: row[column], column: column)]
      sum += Double(penalty)
      if let parts { parts[column] += penalty * factor }
    }
    return sum
  }
}
