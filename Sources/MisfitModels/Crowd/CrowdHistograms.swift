import MisfitCore
import MisfitKernels

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
  ///
  /// A level is as rare as it is among those of its column, and the inputs of the others say nothing; a
  /// column of several parts counts once.
  init(rows: ReferenceRows, isKept: [Bool], columns: CrowdColumns, roles: [InputRole]? = nil) {
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
        penalties[column * (bins + 1) + bin] = Float(-Mathematics.log(height / (most + Self.emptyCount)))
      }
    }
    if let roles { blank.adjust(to: roles, rows, isKept) }
    self = blank
  }

  private func adjust(to roles: [InputRole], _ rows: ReferenceRows, _ isKept: [Bool]) {
    let width = rows.width
    let counts = (0..<width).map { column in
      (0..<rows.count).count { isKept[$0] && rows.rows[$0 * width + column] == 1 }
    }
    var most: [Int: Int] = [:]
    for case (let input, .level(let column)) in roles.enumerated() {
      most[column] = max(most[column] ?? 0, counts[input])
    }
    for (input, role) in roles.enumerated() {
      let own = penalties[input * (binCount + 1)..<(input + 1) * (binCount + 1)]
      switch role {
      case .number: continue
      case .part(let count): VectorKernels.current.scale(own, by: 1 / Float(count))
      case .level(let column):
        let highest = Double(most[column] ?? 0) + Self.emptyCount
        own.fill(with: 0)
        if columns.largest(input) > columns.least(input) {
          own[binCount - 1] = Float(-Mathematics.log((Double(counts[input]) + Self.emptyCount) / highest))
        }
        // Where all rows have the level, those of the others say what another one costs.
        if columns.least(input) < 1 { own[binCount] = Float(-Mathematics.log(Self.emptyCount / highest)) }
      }
    }
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
