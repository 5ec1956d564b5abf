import MisfitCore

extension HTMLReport {
  /// A table that readers can sort by a click on a column's title.
  ///
  /// Sorting is stable, numbers sort as numbers, and cells without a value come last in both directions. More
  /// than 24 rows scroll in a box under a fixed header.
  public struct Table: Hashable, Sendable {
    /// The caption, which is also the name for screen readers.
    public var caption: String?
    /// The columns.
    public var columns: [Column]
    /// The rows, in their initial order.
    ///
    /// Cells beyond the columns are not shown; absent cells count as missing.
    public var rows: [Row]
    /// The initial order of the rows, which the page indicates; nil if they are not sorted.
    public var order: Order?
    /// Whether the page offers a box to filter the rows by words.
    public var hasFilter: Bool

    /// Creates a table.
    public init(
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
  public struct Column: Hashable, Sendable {
    /// The kind of the cells, which determines their order.
    public enum Kind: Hashable, Sendable {
      /// Sorts by the cells' text; digits in it count as numbers, so that `row 2` precedes `row 10`.
      case text
      /// Sorts by the cells' sort values.
      case number
    }

    /// The alignment of the cells.
    public enum Alignment: Hashable, Sendable {
      /// Left in languages written from the left.
      case leading
      /// Right in languages written from the left.
      case trailing
    }

    /// The title.
    public var title: String
    /// The kind of the cells.
    public var kind: Kind
    /// The alignment of the cells.
    public var alignment: Alignment

    /// Creates a column; the default alignment of numbers is trailing.
    public init(_ title: String, kind: Kind = .text, alignment: Alignment? = nil) {
      self.title = title
      self.kind = kind
      self.alignment = alignment ?? (kind == .number ? .trailing : .leading)
    }
  }

  /// A row of a table.
  public struct Row: Hashable, Sendable {
    /// The cells, in the order of the columns.
    public var cells: [Cell]
    /// Whether the row is highlighted at its edge as an anomaly.
    public var isMarked: Bool

    /// Creates a row.
    public init(_ cells: [Cell], isMarked: Bool = false) {
      self.cells = cells
      self.isMarked = isMarked
    }
  }

  /// A cell of a table.
  public struct Cell: Hashable, Sendable {
    /// The text, with its line breaks; nil shows a dash.
    public var text: String?
    /// The sort key in a column of numbers; nil and NaN are missing.
    public var sortValue: Double?
    /// The emphasis of the text.
    public var tone: Tone
    /// The length of a bar after the text, from 0 to 1; nil for none.
    public var bar: Double?

    /// Creates a cell of text, with a sort key for a column of numbers.
    public init(_ text: String?, sortValue: Double? = nil, tone: Tone = .plain, bar: Double? = nil) {
      self.text = text
      self.sortValue = sortValue
      self.tone = tone
      self.bar = bar
    }

    /// Creates a cell of a number, with four significant digits unless a text is given.
    public init(number: Double?, text: String? = nil, tone: Tone = .plain, bar: Double? = nil) {
      let shown = number.map { text ?? NumberText.significant($0) }
      self.init(shown, sortValue: number, tone: tone, bar: bar)
    }

    /// A cell without a value.
    public static let missing = Cell(nil)
  }

  /// The column and direction of a sort.
  public struct Order: Hashable, Sendable {
    /// The column's index.
    public var column: Int
    /// Whether the largest value comes first.
    public var isDescending: Bool

    /// Creates an order.
    public init(column: Int, isDescending: Bool = false) {
      self.column = column
      self.isDescending = isDescending
    }
  }
}

extension HTMLReport.Cell: ExpressibleByStringLiteral {
  /// Creates a cell of text.
  public init(stringLiteral value: String) { self.init(value) }
}
