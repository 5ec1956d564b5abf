/// An article with commands, tables, figures and Python cells, written as Markdown or as a Jupyter notebook.
///
/// Text is Markdown and passed through unchanged. The same article gives the same bytes.
///
/// ```swift
/// var article = Article(title: "Codes of two numbers")
/// article.blocks += [.text("A network with a narrow middle."), .command("misfit fit digits", output: "")]
/// try OutputFile.write(article.markdown, to: "README.md")
/// ```
public struct Article: Hashable, Sendable {
  /// The title.
  public var title: String
  /// The blocks below it, in reading order.
  public var blocks: [Block]

  /// Creates an article.
  public init(title: String, blocks: [Block] = []) {
    self.title = title
    self.blocks = blocks
  }

  /// A block of an article.
  public enum Block: Hashable, Sendable {
    /// A heading of the second level.
    case heading(String)
    /// Paragraphs or lists in Markdown.
    case text(String)
    /// A shell command and its output; empty if it printed nothing.
    case command(String, output: String)
    /// A picture.
    case figure(Figure)
    /// Pictures side by side, each below its caption; those without a caption share a blank heading.
    case gallery([Figure])
    /// A table.
    case table(Table)
    /// Python code that reads the files of the article; a cell of the notebook.
    case python(String)
  }

  /// A picture in a file next to the page, and stored in the notebook.
  public struct Figure: Hashable, Sendable {
    /// The name of the PNG file, without a folder.
    public var file: String
    /// The bytes of the file.
    public var png: [UInt8]
    /// A description for readers who cannot see it.
    public var alternativeText: String
    /// A line below it, in Markdown.
    public var caption: String?

    /// Creates a figure.
    public init(file: String, png: [UInt8], alternativeText: String, caption: String? = nil) {
      self.file = file
      self.png = png
      self.alternativeText = alternativeText
      self.caption = caption
    }
  }

  /// Rows of texts below column headings.
  public struct Table: Hashable, Sendable {
    /// The headings.
    public var columns: [Column]
    /// The cells, with one in each row for each column.
    public var rows: [[String]]

    /// Creates a table.
    ///
    /// - Precondition: each row has as many cells as there are columns.
    public init(_ columns: [Column], rows: [[String]]) {
      precondition(rows.allSatisfy { $0.count == columns.count }, "each row needs a cell for each column")
      self.columns = columns
      self.rows = rows
    }
  }

  /// A column of a table.
  public struct Column: Hashable, Sendable {
    /// The heading.
    public var title: String
    /// Whether the cells are numbers, which are aligned to the right.
    public var isNumeric: Bool

    /// Creates a column of texts.
    public static func text(_ title: String) -> Column { Column(title: title, isNumeric: false) }

    /// Creates a column of numbers.
    public static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }
  }
}
