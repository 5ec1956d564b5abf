import MisfitCore

extension HTMLReport {
  /// A table that readers can sort by a click on a column's title.
  ///
  /// Sorting is stable, numbers sort as numbers, and cells without a value come last in both directions. More
  /// than 24 rows scroll in a box under a fixed header.
  package struct Table: Hashable, Sendable {
    /// The caption, which is also the name for screen readers.
    package var caption: String?
    /// The columns.
    package var columns: [Column]
    /// The rows, in their initial order.
    ///
    /// Cells beyond the columns are not shown; absent cells count as missing.
    package var rows: [Row]
    /// The initial order of the rows, which the page indicates; nil if they are not sorted.
    package var order: Order?
    /// Whether the page offers a box to filter the rows by words.
    package var hasFilter: Bool

    /// Creates a table.
    package init(
      caption: String? = nil, columns: [Column], rows: [Row], order: Order? = nil, hasFilter: Bool = false
    ) {
      self.caption = caption
      self.columns = columns
      self.rows = rows
      self.order = order
      self.hasFilter = hasFilter
    }
  }

  /// A column of a table.
  package struct Column: Hashable, Sendable {
    /// The kind of the cells, which determines their order.
    package enum Kind: Hashable, Sendable {
      /// Sorts by the cells' text; digits in it count as numbers, so that `row 2` precedes `row 10`.
      case text
      /// Sorts by the cells' sort values.
      case number
    }

    /// The alignment of the cells.
    package enum Alignment: Hashable, Sendable {
      /// Left in languages written from the left.
      case leading
      /// Right in languages written from the left.
      case trailing
    }

    /// The title.
    package var title: String
    /// The kind of the cells.
    package var kind: Kind
    /// The alignment of the cells.
    package var alignment: Alignment

    /// Creates a column; the default alignment of numbers is trailing.
    package init(_ title: String, kind: Kind = .text, alignment: Alignment? = nil) {
      self.title = title
      self.kind = kind
      self.alignment = alignment ?? (kind == .number ? .trailing : .leading)
    }
  }

  /// A row of a table.
  package struct Row: Hashable, Sendable {
    /// The cells, in the order of the columns.
    package var cells: [Cell]
    /// Whether the row is highlighted at its edge as an anomaly.
    package var isMarked: Bool

    /// Creates a row.
    package init(_ cells: [Cell], isMarked: Bool = false) {
      self.cells = cells
      self.isMarked = isMarked
    }
  }

  /// A cell of a table.
  package struct Cell: Hashable, Sendable {
    /// The text, with its line breaks; nil shows a dash.
    package var text: String?
    /// The sort key in a column of numbers; nil and NaN are missing.
    package var sortValue: Double?
    /// The emphasis of the text.
    package var tone: Tone
    /// The length of a bar after the text, from 0 to 1; nil for none.
    package var bar: Double?
    /// The pictures of an image, shown instead of the text.
    package var pictures: Pictures?

    /// Creates a cell of text, with a sort key for a column of numbers.
    package init(_ text: String?, sortValue: Double? = nil, tone: Tone = .plain, bar: Double? = nil) {
      self.text = text
      self.sortValue = sortValue
      self.tone = tone
      self.bar = bar
    }

    /// Creates a cell of a number, with four significant digits unless a text is given.
    package init(number: Double?, text: String? = nil, tone: Tone = .plain, bar: Double? = nil) {
      let shown = number.map { text ?? NumberText.significant($0) }
      self.init(shown, sortValue: number, tone: tone, bar: bar)
    }

    /// A cell without a value.
    package static let missing = Cell(nil)
  }

  /// The column and direction of a sort.
  package struct Order: Hashable, Sendable {
    /// The column's index.
    package var column: Int
    /// Whether the largest value comes first.
    package var isDescending: Bool

    /// Creates an order.
    package init(column: Int, isDescending: Bool = false) {
      self.column = column
      self.isDescending = isDescending
    }
  }
}

extension HTMLReport.Cell: ExpressibleByStringLiteral {
  /// Creates a cell of text.
  package init(stringLiteral value: String) { self.init(value) }
}
