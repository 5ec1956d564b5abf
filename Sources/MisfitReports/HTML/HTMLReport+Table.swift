import MisfitCore

extension HTMLReport {
  /// A table that readers can sort by a click on a column's title.
  ///
  /// Sorting is stable, numbers sort as numbers, and cells without a value come last in both directions.
  /// More than 24 rows scroll in a box of their own, under a header that stays.
  public struct Table: Hashable, Sendable {
    /// What the table shows; also its name for screen readers.
    public var caption: String?
    /// The columns.
    public var columns: [Column]
    /// The rows, in the order in which they first stand.
    ///
    /// Cells past the columns are not shown; cells too few count as missing.
    public var rows: [Row]
    /// The column by which the rows are sorted as they stand, so that the page can say so.
    public var order: Order?
    /// Whether a box to filter the rows by words is offered.
    public var hasFilter: Bool

    /// Makes a table.
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
    /// What the cells hold, which decides how they sort.
    public enum Kind: Hashable, Sendable {
      /// Sorts by the cells' text; digits in it count as numbers, so that `row 2` precedes `row 10`.
      case text
      /// Sorts by the cells' sort values.
      case number
    }

    /// To which side the cells lean.
    public enum Alignment: Hashable, Sendable {
      /// To the left in languages written from the left.
      case leading
      /// To the right in languages written from the left.
      case trailing
    }

    /// The title.
    public var title: String
    /// What the cells hold.
    public var kind: Kind
    /// To which side the cells lean.
    public var alignment: Alignment

    /// Makes a column; numbers lean to the right unless told otherwise.
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
    /// Whether the row is marked at its edge, as one that does not fit.
    public var isMarked: Bool

    /// Makes a row.
    public init(_ cells: [Cell], isMarked: Bool = false) {
      self.cells = cells
      self.isMarked = isMarked
    }
  }

  /// A cell of a table.
  public struct Cell: Hashable, Sendable {
    /// What is read, with its line breaks; nil shows a dash.
    public var text: String?
    /// What a column of numbers sorts by; nil and NaN are missing.
    public var sortValue: Double?
    /// How much the text stands out.
    public var tone: Tone
    /// The length of a bar behind the text, from 0 to 1, so that sizes can be compared at a glance; nil for
    /// none.
    public var bar: Double?

    /// Makes a cell of text, with the number to sort by if the column is one of numbers.
    public init(_ text: String?, sortValue: Double? = nil, tone: Tone = .plain, bar: Double? = nil) {
      self.text = text
      self.sortValue = sortValue
      self.tone = tone
      self.bar = bar
    }

    /// Makes a cell of a number, with four significant digits unless a text is given.
    public init(number: Double?, text: String? = nil, tone: Tone = .plain, bar: Double? = nil) {
      let shown = number.map { text ?? NumberText.significant($0) }
      self.init(shown, sortValue: number, tone: tone, bar: bar)
    }

    /// A cell without a value.
    public static let missing = Cell(nil)
  }

  /// By which column rows are sorted.
  public struct Order: Hashable, Sendable {
    /// The column's index.
    public var column: Int
    /// Whether the largest comes first.
    public var isDescending: Bool

    /// Makes an order.
    public init(column: Int, isDescending: Bool = false) {
      self.column = column
      self.isDescending = isDescending
    }
  }
}

extension HTMLReport.Cell: ExpressibleByStringLiteral {
  /// A cell of text.
  public init(stringLiteral value: String) { self.init(value) }
}
