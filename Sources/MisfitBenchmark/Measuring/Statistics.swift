/// Statistics of times.
enum Statistics {
  /// Returns the middle value, or the mean of the two in the middle.
  ///
  /// - Precondition: there is a value, and none is NaN.
  static func median(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "no values have no median")
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
