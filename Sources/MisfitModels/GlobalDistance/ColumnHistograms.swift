import MisfitCore
import MisfitKernels

/// The rarity of values in their columns: the negative logarithm of the height of a value's histogram bin,
/// relative to the highest bin.
///
/// Goldstein and Dengel, "Histogram-based outlier score (HBOS)", 2012. Bins of equal width divide the range
/// from the minimum to the maximum of a column; a value outside it is as rare as one in an empty bin.
///
/// Shapes: D columns of B bins; `penalties` [D, B + 1], the last one for values in no bin.
struct ColumnHistograms: Sendable {
  let penalties: Rows
  /// The number of bins of a column, B.
  var binCount: Int { penalties.width - 1 }
  let minima: FloatSlice
  let maxima: FloatSlice

  /// The count of an empty bin.
  private static let emptyCount = 0.1

  /// Creates histograms from the penalties of a model file: [D, B + 1].
  ///
  /// - Precondition: each column has the same number of bins, at least one.
  init(columns: ColumnScales, penalties: FloatSlice) {
    precondition(
      penalties.count % columns.width == 0 && penalties.count >= 2 * columns.width, "whole columns")
    self.penalties = Rows(penalties, width: penalties.count / columns.width)
    (minima, maxima) = (columns.minima, columns.maxima)
  }

  /// Counts the rows for which `isKept` is true.
  ///
  /// The penalty of a level is its rarity among the levels of its column; the inputs of the other levels have
  /// none. A column of several parts counts once.
  init(rows: ReferenceRows, isKept: [Bool], columns: ColumnScales, roles: [InputRole]? = nil) {
    let keptCount = isKept.count { $0 }
    let bins = min(50, max(5, Int(Double(min(keptCount, 1000)).squareRoot().rounded(.up))))
    let width = rows.width
    self.init(columns: columns, penalties: FloatBuffer(count: width * (bins + 1)).all)
    let values = rows.rows.slice.span
    for column in 0..<width {
      var counts = Array(repeating: 0.0, count: bins + 1)
      for row in 0..<rows.count where isKept[row] {
        counts[bin(of: values[row * width + column], minima[column], maxima[column])] += 1
      }
      let most = counts.max() ?? 1
      for (bin, count) in counts.enumerated() {
        let height = bin == bins ? Self.emptyCount : count + Self.emptyCount
        penalties[column][bin] = Float(-Mathematics.log(height / (most + Self.emptyCount)))
      }
    }
    if let roles { adjust(to: roles, rows, isKept) }
  }

  private func adjust(to roles: [InputRole], _ rows: ReferenceRows, _ isKept: [Bool]) {
    let width = rows.width
    let values = rows.rows.slice.span
    var counts = Array(repeating: 0, count: width)
    for row in 0..<rows.count where isKept[row] {
      for column in 0..<width where values[row * width + column] == 1 { counts[column] += 1 }
    }
    var most: [Int: Int] = [:]
    for case (let input, .level(let column)) in roles.enumerated() {
      most[column] = max(most[column] ?? 0, counts[input])
    }
    for (input, role) in roles.enumerated() {
      let penalties = penalties[input]
      switch role {
      case .number: continue
      case .part(let count): VectorKernels.current.scale(penalties, by: 1 / Float(count))
      case .level(let column):
        let highest = Double(most[column] ?? 0) + Self.emptyCount
        penalties.fill(with: 0)
        if maxima[input] > minima[input] {
          penalties[binCount - 1] = Float(
            -Mathematics.log((Double(counts[input]) + Self.emptyCount) / highest))
        }
        // If every learned row has this level, any other level gets the penalty of an empty bin.
        if minima[input] < 1 {
          penalties[binCount] = Float(-Mathematics.log(Self.emptyCount / highest))
        }
      }
    }
  }

  /// Returns the bin of a value in the range of its column, or the number of bins if it is outside; a
  /// constant column has one bin.
  private func bin(of value: Float, _ least: Float, _ largest: Float) -> Int {
    guard value >= least, value <= largest else { return binCount }
    guard largest > least else { return 0 }
    return min(Int((value - least) / (largest - least) * Float(binCount)), binCount - 1)
  }

  /// Returns the sum of the penalties of a row [D], and adds each column's penalty to `columns` [D].
  func score(_ row: FloatSlice, addingColumnsTo columns: FloatSlice?) -> Double {
    let (row, penalties, width) = (row.span, penalties.slice.span, penalties.width)
    let (minima, maxima) = (minima.span, maxima.span)
    var sum = 0.0
    for column in 0..<row.count {
      let bin = bin(of: row[column], minima[column], maxima[column])
      let penalty = penalties[column * width + bin]
      sum += Double(penalty)
      if let columns { columns[column] += penalty }
    }
    return sum
  }
}
