import MisfitCore

extension HTMLReport.Table {
  /// The largest number of rows that are shown without scrolling.
  private static let rowsWithoutScrolling = 24

  /// Writes the table; `identifier` is unique on the page.
  func write(to page: inout HTMLWriter, identifier: String) {
    guard !columns.isEmpty else { return }
    page.block("div", [("class", "table")]) { page in
      page.markup("\n")
      writeBar(to: &page, identifier: identifier)
      let hasCaption = caption?.isEmpty == false
      // A region that scrolls must be reachable by keyboard, and then needs a name.
      page.block(
        "div",
        [
          ("class", rows.count > Self.rowsWithoutScrolling ? "scroll long" : "scroll"), ("tabindex", "0"),
          ("role", "region"), ("aria-labelledby", hasCaption ? "\(identifier)-caption" : nil),
          ("aria-label", hasCaption ? nil : "Table"),
        ]
      ) { page in
        page.inline("table") { page in
          page.markup("\n")
          page.block("thead") { writeHeader(to: &$0) }
          page.block("tbody") { writeRows(to: &$0) }
        }
        if rows.isEmpty { page.block("p", [("class", "empty")], text: "No rows") }
      }
    }
  }

  private func writeBar(to page: inout HTMLWriter, identifier: String) {
    guard caption?.isEmpty == false || hasFilter else { return }
    page.block("div", [("class", "bar")]) { page in
      page.block("p", [("class", "caption"), ("id", "\(identifier)-caption")], text: caption)
      guard hasFilter else { return }
      let count = CountText.of(rows.count, "row")
      // Hidden until the script is there to make it work.
      page.inline("div", [("class", "filter"), ("hidden", "")]) { page in
        page.inline("output", [("for", "\(identifier)-filter")]) { $0.text(count) }
        page.open(
          "input",
          [
            ("type", "search"), ("id", "\(identifier)-filter"), ("placeholder", "Filter rows"),
            ("aria-label", "Filter rows"), ("autocomplete", "off"), ("spellcheck", "false"),
          ])
      }
    }
  }

  private func writeHeader(to page: inout HTMLWriter) {
    page.inline("tr") { page in
      for (index, column) in columns.enumerated() {
        let sorted = order.flatMap { $0.column == index ? $0 : nil }
        page.inline(
          "th",
          [
            ("scope", "col"), ("class", column.styleClass), ("data-kind", column.kind == .number ? "n" : "t"),
            ("aria-sort", sorted.map { $0.isDescending ? "descending" : "ascending" }),
            ("style", leastWidth(ofColumn: index).map { "min-width:\($0)ch" }),
          ]
        ) { page in
          page.inline("button", [("type", "button")]) { page in
            page.inline("span") { $0.text(column.title) }
          }
        }
      }
    }
  }

  /// Returns the minimum width of a text column in characters: a wide table scrolls rather than break every
  /// word.
  private func leastWidth(ofColumn index: Int) -> Int? {
    guard columns[index].kind == .text else { return nil }
    let enough = 42
    var longest = 0
    for row in rows where longest < enough && index < row.cells.count {
      let lines = (row.cells[index].text ?? "").utf8.split(separator: UInt8(ascii: "\n"))
      longest = max(longest, lines.map(\.count).max() ?? 0)
    }
    // The cell's padding takes the width of about three characters.
    return longest == 0 ? nil : min(longest, enough) + 3
  }

  private func writeRows(to page: inout HTMLWriter) {
    page.markup("\n")
    for row in rows {
      page.block("tr", [("class", row.isMarked ? "marked" : nil)]) { page in
        for (index, column) in columns.enumerated() {
          (index < row.cells.count ? row.cells[index] : .missing).write(to: &page, in: column)
        }
      }
    }
  }
}

extension HTMLReport.Column {
  fileprivate var styleClass: String? { alignment == .trailing ? "end" : nil }
}

extension HTMLReport.Cell {
  fileprivate func write(to page: inout HTMLWriter, in column: HTMLReport.Column) {
    let bar = self.bar.flatMap { $0.isNaN ? nil : min(max($0, 0), 1) }
    let classes = [
      column.styleClass, column.kind == .number ? "n" : nil, tone.styleClass, bar == nil ? nil : "barred",
      text == nil && pictures == nil ? "missing" : nil,
    ]
    let named = classes.compactMap { $0 }.joined(separator: " ")
    page.inline(
      "td",
      [
        ("class", named.isEmpty ? nil : named),
        ("data-v", column.kind == .number ? sortValue.flatMap(Self.scriptNumber) : nil),
        ("style", bar.map { "--part:\(NumberText.significant($0, digits: 3))" }),
      ]
    ) { page in
      if let pictures { pictures.write(to: &page) } else { page.text(text ?? "–") }
    }
  }

  /// Returns a number in JavaScript's syntax; nil for NaN.
  private static func scriptNumber(_ value: Double) -> String? {
    if value.isNaN { return nil }
    return value.isFinite ? value.description : value < 0 ? "-Infinity" : "Infinity"
  }
}
