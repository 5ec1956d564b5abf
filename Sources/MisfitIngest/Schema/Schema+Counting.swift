extension Schema {
  /// The columns of a table of numbers that hold whole numbers in a row, each once: they count the records, or rank
  /// them.
  ///
  /// Told by the range, the mean and the deviation, which other numbers hardly have so: n whole numbers in a row have
  /// the variance (n² - 1) / 12.
  public var countingColumns: [Int] {
    guard table == nil, shape.imageExtents == nil, rowCount >= 20 else { return [] }
    let count = Double(rowCount)
    let deviation = ((count * count - 1) / 12).squareRoot()
    return (0..<width).filter { column in
      minima[column] == minima[column].rounded() && maxima[column] - minima[column] == count - 1
        && (means[column] - (minima[column] + maxima[column]) / 2).magnitude <= 1e-9 * count
        && (standardDeviations[column] - deviation).magnitude <= 1e-9 * count
    }
  }
}
