extension HeatMap {
  var page: PlotPage { PlotPage(title: title, subtitle: subtitle) }

  /// The side of a cell.
  var cell: Double {
    let count = max(columns.count, rows.count)
    let side = side(count: count)
    guard let cellTexts, count <= Self.maximumTextCount else { return side }
    // Digits of DejaVu Sans are 0.636 of the size wide; given texts are always shown.
    let widest = Double(cellTexts.map(\.count).max() ?? 0) * 0.65 * textSize
    return max(side, (widest + 8).rounded(.up))
  }

  /// The largest number of rows or columns for texts in the cells: more would make the plot too wide.
  private static let maximumTextCount = 32

  var textSize: Double { max(columns.count, rows.count) <= 12 ? 12 : 10 }

  private func side(count: Int) -> Double {
    switch count {
    case ...6: 72
    case ...12: 46
    case ...32: 30
    default: max(900 / Double(count), 2)
    }
  }

  /// The size in points, which follows from the matrix.
  package var size: PlotSize {
    guard !rows.isEmpty, !columns.isEmpty, let canvas = Canvas.measuring() else {
      return PlotSize(width: 420, height: 240)
    }
    let layout = Layout(self, on: canvas)
    let matrixWidth = Double(columns.count) * cell
    let content = layout.left + matrixWidth + Self.barGap + layout.barWidth
    let width = max(content + 2 * PlotPage.margin, 420)
    let below =
      6 + layout.columnNameHeight + (columnTitle == nil ? 0 : 6 + TextStyle.label.lineHeight)
    let height = max(Double(rows.count) * cell + below, layout.barHeight + 8)
    return PlotSize(
      width: width, height: page.contentTop(width: width) + height + PlotPage.bottomMargin)
  }

  /// The color scale: from 0 for counts, symmetric for numbers with a sign.
  var colorBar: ColorBar {
    let finite = values.compactMap { $0 }.filter(\.isFinite)
    if let valueRange {
      let ends = [valueRange.lowerBound, valueRange.upperBound]
      return ColorBar(axis: Axis(covering: ends), map: map, name: valueName)
    }
    let axis =
      switch map {
      case .diverging: Axis(roundedTo: finite.map(abs).max() ?? 1, isSymmetric: true)
      case .counts: Axis(roundedTo: finite.max() ?? 1, isSymmetric: false)
      case .sequential: Axis(covering: finite)
      }
    return ColorBar(axis: axis, map: map, name: valueName)
  }

  /// The space around the matrix for the names.
  struct Layout {
    /// The width from the page's margin to the matrix.
    let left: Double
    /// Whether the columns' names are vertical, because one is wider than a cell.
    let hasVerticalNames: Bool
    let columnNameHeight: Double
    let barWidth: Double
    let barHeight: Double

    init(_ map: HeatMap, on canvas: Canvas) {
      func widest(_ names: [String]) -> Double {
        let width = names.map { canvas.width(of: $0, .tick) }.max() ?? 0
        return min(width, HeatMap.maximumNameWidth).rounded(.up)
      }
      left = widest(map.rows) + 8 + (map.rowTitle == nil ? 0 : 22)
      let columnWidth = widest(map.columns)
      hasVerticalNames = columnWidth > map.cell - 4
      columnNameHeight = hasVerticalNames ? columnWidth : TextStyle.tick.lineHeight
      barHeight = min(max(Double(map.rows.count) * map.cell, 120), 320)
      barWidth = map.colorBar.width(height: barHeight, on: canvas)
    }
  }
}
