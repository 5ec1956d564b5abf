extension Schema {
  /// The columns of a table of numbers that contain consecutive whole numbers, each once: they count or rank
  /// the records.
  ///
  /// Recognized by the range, the mean and the deviation, which hardly any other numbers have: n consecutive
  /// whole numbers have the variance (n² - 1) / 12.
  package var countingColumns: [Int] {
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
