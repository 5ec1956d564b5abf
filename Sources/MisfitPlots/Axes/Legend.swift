/// The legend, in at most four rows: names are shortened, then omitted and counted, so that the data keeps
/// its space.
struct Legend {
  private struct Item {
    let entry: PlotPage.LegendEntry?
    let name: String
    let x: Double
    let row: Int
  }

  private static let style = TextStyle.label
  private static let markWidth = 16.0
  private static let markGap = 7.0
  private static let gap = 22.0
  private static let maximumRowCount = 4
  private static let rowHeight = style.lineHeight + 2

  private var items: [Item] = []

  /// Lays out the entries in rows of a width.
  init(_ entries: [PlotPage.LegendEntry], width: Double, on canvas: Canvas) {
    for nameWidth in [360.0, 240, 160, 110] {
      items = Self.placed(entries, width: width, nameWidth: nameWidth, on: canvas)
      if rowCount <= Self.maximumRowCount { return }
    }
    // Space for the remark is reserved at the end of the last row.
    let end = width - Self.gap - canvas.width(of: "… and \(items.count) more", Self.style)
    let fitting = items.prefix { item in
      let lastRow = Self.maximumRowCount - 1
      return item.row < lastRow
        || (item.row == lastRow && item.x + Self.itemWidth(item.name, on: canvas) <= end)
    }
    let last = fitting.last
    let x = last.map { $0.x + Self.itemWidth($0.name, on: canvas) + Self.gap } ?? 0
    let remark = "… and \(items.count - fitting.count) more"
    items = fitting + [Item(entry: nil, name: remark, x: x, row: last?.row ?? 0)]
  }

  private var rowCount: Int { (items.last?.row ?? -1) + 1 }

  /// The height of all rows.
  var height: Double { Double(rowCount) * Self.rowHeight }

  private static func itemWidth(_ name: String, on canvas: Canvas) -> Double {
    markWidth + markGap + canvas.width(of: name, style)
  }

  private static func placed(
    _ entries: [PlotPage.LegendEntry], width: Double, nameWidth: Double, on canvas: Canvas
  ) -> [Item] {
    var items: [Item] = []
    var (x, row) = (0.0, 0)
    for entry in entries {
      let room = min(width - markWidth - markGap, nameWidth)
      let name = TextFitting.middleTruncated(entry.name, to: room, style, on: canvas)
      let needed = itemWidth(name, on: canvas)
      if x > 0, x + needed > width {
        x = 0
        row += 1
      }
      items.append(Item(entry: entry, name: name, x: x, row: row))
      x += needed + gap
    }
    return items
  }

  /// Draws the rows.
  func draw(at place: PlotPoint, on canvas: Canvas) {
    for item in items {
      let y = place.y + Double(item.row) * Self.rowHeight
      var x = place.x + item.x
      if let entry = item.entry {
        Self.drawMark(entry, at: PlotPoint(x, y + Self.style.size * 0.4), on: canvas)
        x += Self.markWidth + Self.markGap
      }
      canvas.text(item.name, at: PlotPoint(x, y), Self.style, vertical: .top)
    }
  }

  private static func drawMark(_ entry: PlotPage.LegendEntry, at left: PlotPoint, on canvas: Canvas) {
    switch entry.mark {
    case .area:
      let box = PlotRectangle(x: left.x, y: left.y - 5.5, width: markWidth, height: 11)
      canvas.fill(box, entry.color.opacity(0.45))
      canvas.stroke(box, entry.color, width: 1.25)
    case .line:
      canvas.stroke(
        [left, PlotPoint(left.x + markWidth, left.y)], entry.color, width: 2.5, isRound: true)
    case .point(let mark):
      mark.draw(at: PlotPoint(left.x + markWidth / 2, left.y), radius: 4.5, entry.color, on: canvas)
    }
  }
}
