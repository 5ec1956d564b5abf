import MisfitCore

/// A matrix as coloured cells with their numbers: a confusion matrix, correlations.
public struct HeatMap: Drawing, Hashable {
  /// The heading.
  public var title: String
  /// What the data is.
  public var subtitle: String?
  /// What the columns are.
  public var columnTitle: String?
  /// What the rows are.
  public var rowTitle: String?
  /// The columns' names.
  public var columns: [String]
  /// The rows' names.
  public var rows: [String]
  /// The numbers, row by row; nil and NaN stay grey.
  ///
  /// Shapes: [rows * columns].
  public var values: [Double?]
  /// What the numbers are.
  public var valueName: String?
  /// The colours; ``ColorMap/diverging`` is centred on 0.
  public var map: ColorMap

  /// Makes a map.
  ///
  /// - Precondition: `values` has a place for each row and column.
  public init(
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

  private static let maximumNameWidth = 130.0

  private var cell: Double {
    switch max(columns.count, rows.count) {
    case ...6: 64
    case ...12: 46
    case ...32: 28
    default: max(900 / Double(max(columns.count, rows.count)), 2)
    }
  }

  /// The extent in points, as the matrix needs it.
  public var size: PlotSize {
    let width = Double(columns.count) * cell + Self.maximumNameWidth + 30 + 130 + 2 * PlotPage.margin
    let height = Double(rows.count) * cell + 24 + 84 + 76 + (hasUprightNames ? Self.maximumNameWidth : 0)
    return PlotSize(width: max(width, 420), height: max(height, 240))
  }

  /// Names that are longer than a cell is wide stand upright.
  private var hasUprightNames: Bool {
    (columns.map(\.count).max() ?? 0) > Int(cell / 8)
  }

  /// Draws the map.
  public func draw(on canvas: Canvas) {
    let inner = PlotPage(title: title, subtitle: subtitle).draw(on: canvas)
    guard !rows.isEmpty, !columns.isEmpty else {
      return HistogramBars.drawEmpty("no cells to show", in: inner, on: canvas)
    }
    let widest = rows.map { canvas.width(of: $0, .tick) }.max() ?? 0
    let left = min(widest, Self.maximumNameWidth) + 8 + (rowTitle == nil ? 0 : 22)
    let matrix = PlotRectangle(
      x: inner.minX + left, y: inner.minY, width: Double(columns.count) * cell,
      height: Double(rows.count) * cell)
    let bar = ColorBar(axis: axis, map: map, name: valueName)
    drawCells(matrix, bar, on: canvas)
    drawNames(matrix, left: inner.minX, on: canvas)
    let height = min(max(matrix.height, 120), 320)
    bar.draw(
      in: PlotRectangle(
        x: matrix.maxX + 24, y: matrix.minY, width: bar.width(height: height, on: canvas), height: height),
      on: canvas)
  }

  private var axis: Axis {
    let finite = values.compactMap { $0 }.filter(\.isFinite)
    switch map {
    case .diverging:
      let limit = finite.map(abs).max() ?? 1
      return Axis(covering: limit > 0 ? [-limit, limit] : [-1, 1])
    case .counts: return Axis(covering: [0, max(finite.max() ?? 1, 1e-300)] + finite)
    case .sequential: return Axis(covering: finite)
    }
  }

  private func drawCells(_ matrix: PlotRectangle, _ bar: ColorBar, on canvas: Canvas) {
    let gap = cell > 12 ? 1.0 : 0
    let style = TextStyle(size: cell >= 46 ? 12 : 10)
    for (index, value) in values.enumerated() {
      let (row, column) = (index / columns.count, index % columns.count)
      let rectangle = PlotRectangle(
        x: matrix.minX + Double(column) * cell, y: matrix.minY + Double(row) * cell, width: cell - gap,
        height: cell - gap)
      let color = bar.color(of: value ?? .nan)
      canvas.fill(rectangle, color)
      guard let value, cell >= 28 else { continue }
      let text = NumberText.significant(value, digits: 3)
      var shade = style
      shade.color = color.luma < 0.55 ? .white : .ink
      guard canvas.width(of: text, shade) <= cell - 4 else { continue }
      canvas.text(
        text, at: PlotPoint(rectangle.midX, rectangle.midY), shade, horizontal: .center, vertical: .middle)
    }
  }

  private func drawNames(_ matrix: PlotRectangle, left: Double, on canvas: Canvas) {
    // Where cells are smaller than a line of text, every n-th gets its name.
    let spacing = max(1, Int((TextStyle.tick.lineHeight / cell).rounded(.up)))
    for index in stride(from: 0, to: rows.count, by: spacing) {
      let y = matrix.minY + (Double(index) + 0.5) * cell
      let name = TextFitting.middleTruncated(
        rows[index], to: Self.maximumNameWidth, .tick, on: canvas)
      canvas.text(
        name, at: PlotPoint(matrix.minX - 8, y), .tick, horizontal: .right, vertical: .middle)
    }
    var bottom = matrix.maxY + 6
    for index in stride(from: 0, to: columns.count, by: spacing) {
      let x = matrix.minX + (Double(index) + 0.5) * cell
      let name = TextFitting.middleTruncated(
        columns[index], to: hasUprightNames ? Self.maximumNameWidth : cell - 2, .tick, on: canvas)
      if hasUprightNames {
        let half = canvas.width(of: name, .tick) / 2
        canvas.upwardText(name, center: PlotPoint(x, matrix.maxY + 6 + half), .tick)
        bottom = max(bottom, matrix.maxY + 6 + 2 * half)
      } else {
        canvas.text(
          name, at: PlotPoint(x, matrix.maxY + 6), .tick, horizontal: .center, vertical: .top)
        bottom = matrix.maxY + 6 + TextStyle.tick.lineHeight
      }
    }
    if let columnTitle {
      canvas.text(
        columnTitle, at: PlotPoint(matrix.midX, bottom + 6), .label, horizontal: .center, vertical: .top)
    }
    if let rowTitle {
      canvas.upwardText(rowTitle, center: PlotPoint(left + 6, matrix.midY), .label)
    }
  }
}
