import MisfitCore

extension HeatMap {
  /// Creates a confusion matrix: counts in the cells, colored by their share of the true class.
  ///
  /// Cells without samples stay empty. Up to 26 classes have their counts written into the cells.
  ///
  /// - Precondition: `counts` has a row and a column for each class.
  package static func confusion(
    title: String = "Confusion matrix", subtitle: String? = nil, classes: [String], counts: [[Int]]
  ) -> HeatMap {
    let totals = counts.map { $0.reduce(0, +) }
    let shares = zip(counts, totals).flatMap { row, total in
      row.map { total > 0 ? Double($0) / Double(total) : nil }
    }
    var map = HeatMap(
      title: title, subtitle: subtitle, columnTitle: "predicted class", rowTitle: "true class",
      columns: classes, rows: classes, values: shares, valueName: "share of the true class", map: .counts)
    map.cellTexts = counts.flatMap { row in row.map { $0 == 0 ? "" : String($0) } }
    map.valueRange = 0...1
    return map
  }
}
