import MisfitCore

/// Reasons of anomalies: the features' shares of each row's error as bars, with the actual and the expected
/// value.
package struct ReasonBars: Drawing, Hashable {
  /// The heading.
  package var title: String
  /// A description of the data.
  package var subtitle: String?
  /// The rows, highest score first.
  package var rows: [ReasonRow]
  /// The number of blocks side by side; nil chooses by the number of rows.
  package var blockCount: Int?

  /// Creates a plot.
  package init(title: String, subtitle: String? = nil, rows: [ReasonRow], blockCount: Int? = nil) {
    self.title = title
    self.subtitle = subtitle
    self.rows = rows
    self.blockCount = blockCount
  }

  private static let blockWidth = 640.0
  private static let blockGap = 36.0
  private static let headingHeight = 26.0
  private static let barPitch = 22.0
  private static let rowGap = 16.0
  private static let nameWidth = 180.0
  private static let barWidth = 140.0

  private var page: PlotPage { PlotPage(title: title, subtitle: subtitle) }

  private var blocks: Int {
    if let blockCount { return max(1, min(blockCount, max(rows.count, 1))) }
    return rows.count <= 8 ? 1 : 2
  }

  private func height(of row: ReasonRow) -> Double {
    Self.headingHeight + Double(max(row.reasons.count, 1)) * Self.barPitch + Self.rowGap
  }

  /// The rows of each block, down and then across.
  private var columns: [ArraySlice<ReasonRow>] {
    let each = max((rows.count + blocks - 1) / blocks, 1)
    return stride(from: 0, to: rows.count, by: each).map { rows[$0..<min($0 + each, rows.count)] }
  }

  /// The size in points, which follows from the rows.
  package var size: PlotSize {
    let tallest = columns.map { $0.reduce(0) { $0 + height(of: $1) } }.max() ?? 60
    let content = Double(blocks) * Self.blockWidth + Double(blocks - 1) * Self.blockGap
    let width = content + 2 * PlotPage.margin
    return PlotSize(width: width, height: page.contentTop(width: width) + tallest + 4)
  }

  /// Draws the bars.
  package func draw(on canvas: Canvas) {
    let inner = page.draw(on: canvas)
    guard !rows.isEmpty else { return HistogramBars.drawEmpty("no rows to show", in: inner, on: canvas) }
    for (block, members) in columns.enumerated() {
      let left = inner.minX + Double(block) * (Self.blockWidth + Self.blockGap)
      var y = inner.minY
      for row in members {
        draw(row, at: PlotPoint(left, y), on: canvas)
        y += height(of: row)
      }
    }
  }

  private func draw(_ row: ReasonRow, at place: PlotPoint, on canvas: Canvas) {
    drawHeading(of: row, at: place, on: canvas)
    let top = place.y + Self.headingHeight
    guard !row.reasons.isEmpty else {
      canvas.text("no reasons known", at: PlotPoint(place.x, top), .tick, vertical: .top)
      return
    }
    for (index, reason) in row.reasons.enumerated() {
      let middle = top + (Double(index) + 0.5) * Self.barPitch
      draw(reason, left: place.x, middle: middle, on: canvas)
    }
  }

  private func drawHeading(of row: ReasonRow, at place: PlotPoint, on canvas: Canvas) {
    let score = "score \(row.scoreText)"
    let scoreWidth = canvas.width(of: score, .label)
    let label = row.label.map { "   \($0)" } ?? ""
    let rank = "\(row.rank)  "
    let rankWidth = canvas.width(of: rank, .heading)
    let room = Self.blockWidth - scoreWidth - rankWidth - 16
    let id = TextFitting.middleTruncated(row.id, to: label.isEmpty ? room : room * 0.65, .heading, on: canvas)
    let idWidth = canvas.width(of: id, .heading)
    let shownLabel = TextFitting.endTruncated(label, to: max(room - idWidth, 1), .subtitle, on: canvas)
    canvas.text(rank + id, at: place, .heading, vertical: .top)
    if !label.isEmpty {
      canvas.text(
        shownLabel, at: PlotPoint(place.x + rankWidth + idWidth, place.y), .subtitle, vertical: .top)
    }
    let right = place.x + Self.blockWidth
    canvas.text(score, at: PlotPoint(right, place.y), .label, horizontal: .right, vertical: .top)
    let y = (place.y + 19).rounded()
    canvas.stroke([PlotPoint(place.x, y), PlotPoint(right, y)], .grid)
  }

  private func draw(_ reason: Reason, left: Double, middle: Double, on canvas: Canvas) {
    let name = TextFitting.middleTruncated(reason.feature, to: Self.nameWidth, .label, on: canvas)
    canvas.text(
      name, at: PlotPoint(left + Self.nameWidth, middle), .label, horizontal: .right, vertical: .middle)
    let barLeft = left + Self.nameWidth + 10
    let share = reason.share.isFinite ? min(max(reason.share, 0), 1) : 0
    canvas.fill(
      PlotRectangle(x: barLeft, y: middle - 6.5, width: Self.barWidth, height: 13), .minorGrid)
    if share > 0 {
      canvas.fill(
        PlotRectangle(x: barLeft, y: middle - 6.5, width: max(share * Self.barWidth, 1), height: 13),
        Palette.categorical[0])
    }
    let percent =
      share > 0 && share < 0.005 ? "< 1 %" : "\(NumberText.fixed(share * 100, decimals: 0)) %"
    canvas.text(
      percent, at: PlotPoint(barLeft + Self.barWidth + 40, middle), .tick, horizontal: .right,
      vertical: .middle)
    let textLeft = barLeft + Self.barWidth + 54
    let shown = TextFitting.endTruncated(
      reason.comparison, to: left + Self.blockWidth - textLeft, .label, on: canvas)
    canvas.text(shown, at: PlotPoint(textLeft, middle), .label, vertical: .middle)
  }
}
