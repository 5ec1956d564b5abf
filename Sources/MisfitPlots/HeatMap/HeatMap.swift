import MisfitCore

/// A matrix as colored cells with their numbers: a confusion matrix, correlations.
package struct HeatMap: Drawing, Hashable {
  /// The heading.
  package var title: String
  /// A description of the data.
  package var subtitle: String?
  /// The title of the columns.
  package var columnTitle: String?
  /// The title of the rows.
  package var rowTitle: String?
  /// The names of the columns.
  package var columns: [String]
  /// The names of the rows.
  package var rows: [String]
  /// The numbers, row by row; nil and NaN are gray.
  ///
  /// Shapes: [rows * columns].
  package var values: [Double?]
  /// The name of the quantity.
  package var valueName: String?
  /// The color map; ``ColorMap/diverging`` is centered on 0.
  package var map: ColorMap
  /// The texts in the cells; nil writes the numbers themselves.
  ///
  /// Shapes: as ``values``.
  package var cellTexts: [String]?
  /// The range of the colors; nil derives it from the numbers.
  package var valueRange: ClosedRange<Double>?

  /// Creates a map.
  ///
  /// - Precondition: `values` has an element for each row and column.
  package init(
    title: String, subtitle: String? = nil, columnTitle: String? = nil, rowTitle: String? = nil,
    columns: [String], rows: [String], values: [Double?], valueName: String? = nil,
    map: ColorMap = .counts
  ) {
    precondition(values.count == rows.count * columns.count, "a value for each row and column")
    self.title = title
    self.subtitle = subtitle
    self.columnTitle = columnTitle
    self.rowTitle = rowTitle
    self.columns = columns
    self.rows = rows
    self.values = values
    self.valueName = valueName
    self.map = map
  }

  static let maximumNameWidth = 130.0
  static let barGap = 24.0

  /// Draws the map.
  package func draw(on canvas: Canvas) {
    let inner = page.draw(on: canvas)
    guard !rows.isEmpty, !columns.isEmpty else {
      return HistogramBars.drawEmpty("no cells to show", in: inner, on: canvas)
    }
    let layout = Layout(self, on: canvas)
    let matrix = PlotRectangle(
      x: inner.minX + layout.left, y: inner.minY, width: Double(columns.count) * cell,
      height: Double(rows.count) * cell)
    drawCells(matrix, on: canvas)
    drawRowNames(matrix, left: inner.minX, on: canvas)
    drawColumnNames(matrix, layout, on: canvas)
    colorBar.draw(
      in: PlotRectangle(
        x: matrix.maxX + Self.barGap, y: matrix.minY, width: layout.barWidth, height: layout.barHeight),
      on: canvas)
  }

  private func drawCells(_ matrix: PlotRectangle, on canvas: Canvas) {
    let gap = cell > 12 ? 1.0 : 0
    var style = TextStyle(size: textSize)
    let texts = shownTexts(style, width: cell - 4, on: canvas)
    let bar = colorBar
    for (index, value) in values.enumerated() {
      let (row, column) = (index / columns.count, index % columns.count)
      let rectangle = PlotRectangle(
        x: matrix.minX + Double(column) * cell, y: matrix.minY + Double(row) * cell, width: cell - gap,
        height: cell - gap)
      let color = bar.color(of: value ?? .nan)
      canvas.fill(rectangle, color)
      guard let text = texts?[index] else { continue }
      style.color = color.luma < 0.55 ? .white : .ink
      canvas.text(
        text, at: PlotPoint(rectangle.midX, rectangle.midY), style, horizontal: .center, vertical: .middle)
    }
  }

  /// Returns the cells' numbers with three digits, or two; nil if not all of them fit, since showing only
  /// some would mislead.
  private func shownTexts(_ style: TextStyle, width: Double, on canvas: Canvas) -> [String]? {
    guard cell >= 24 else { return nil }
    if let cellTexts { return cellTexts }
    for digits in [3, 2] {
      let texts = values.map { $0.map { NumberText.significant($0, digits: digits) } ?? "" }
      if texts.allSatisfy({ canvas.width(of: $0, style) <= width }) { return texts }
    }
    return nil
  }

  /// The spacing of the names: if cells are smaller than a line of text, only every n-th is shown.
  private var nameSpacing: Int { max(1, Int((TextStyle.tick.lineHeight / cell).rounded(.up))) }

  private func drawRowNames(_ matrix: PlotRectangle, left: Double, on canvas: Canvas) {
    for index in stride(from: 0, to: rows.count, by: nameSpacing) {
      let place = PlotPoint(matrix.minX - 8, matrix.minY + (Double(index) + 0.5) * cell)
      let name = TextFitting.middleTruncated(rows[index], to: Self.maximumNameWidth, .tick, on: canvas)
      canvas.text(name, at: place, .tick, horizontal: .right, vertical: .middle)
    }
    guard let rowTitle else { return }
    let shown = TextFitting.endTruncated(
      rowTitle, to: max(matrix.height, 100), .label, on: canvas)
    canvas.verticalText(shown, center: PlotPoint(left + 6, matrix.midY), .label)
  }

  private func drawColumnNames(_ matrix: PlotRectangle, _ layout: Layout, on canvas: Canvas) {
    for index in stride(from: 0, to: columns.count, by: nameSpacing) {
      let x = matrix.minX + (Double(index) + 0.5) * cell
      let name = TextFitting.middleTruncated(
        columns[index], to: Self.maximumNameWidth, .tick, on: canvas)
      if layout.hasVerticalNames {
        let half = canvas.width(of: name, .tick) / 2
        canvas.verticalText(name, center: PlotPoint(x, matrix.maxY + 6 + half), .tick)
      } else {
        canvas.text(
          name, at: PlotPoint(x, matrix.maxY + 6), .tick, horizontal: .center, vertical: .top)
      }
    }
    guard let columnTitle else { return }
    let y = matrix.maxY + 6 + layout.columnNameHeight + 6
    canvas.text(columnTitle, at: PlotPoint(matrix.midX, y), .label, horizontal: .center, vertical: .top)
  }
}
