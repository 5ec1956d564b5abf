/// A text with commands, tables, figures and Python cells, to be written as Markdown and as a Jupyter notebook.
///
/// Running text is Markdown and is passed on as it is. The same article gives the same bytes.
///
/// ```swift
/// var article = Article(title: "Codes of two numbers")
/// article.blocks += [.text("A network with a narrow middle."), .command("misfit fit digits", output: "")]
/// try OutputFile.write(article.markdown, to: "README.md")
/// ```
public struct Article: Hashable, Sendable {
  /// The heading of the whole.
  public var title: String
  /// What stands below it, in reading order.
  public var blocks: [Block]

  /// Makes an article.
  public init(title: String, blocks: [Block] = []) {
    self.title = title
    self.blocks = blocks
  }

  /// One thing in an article.
  public enum Block: Hashable, Sendable {
    /// A heading of the second level.
    case heading(String)
    /// Paragraphs or lists in Markdown.
    case text(String)
    /// A shell command, and what it printed; empty where it printed nothing.
    case command(String, output: String)
    /// A picture.
    case figure(Figure)
    /// Pictures side by side, each below its caption; those that have none share a blank heading.
    case gallery([Figure])
    /// A table.
    case table(Table)
    /// Python that reads the files beside the article; a cell of the notebook.
    case python(String)
  }

  /// A picture that lies beside the page, and is stored in the notebook.
  public struct Figure: Hashable, Sendable {
    /// The name of the PNG file, without a folder.
    public var file: String
    /// The bytes of the file.
    public var png: [UInt8]
    /// What is to be seen, for those who cannot see it.
    public var alternativeText: String
    /// A line below it, in Markdown.
    public var caption: String?

    /// Makes a figure.
    public init(file: String, png: [UInt8], alternativeText: String, caption: String? = nil) {
      self.file = file
      self.png = png
      self.alternativeText = alternativeText
      self.caption = caption
    }
  }

  /// Rows of texts below a heading each.
  public struct Table: Hashable, Sendable {
    /// The headings.
    public var columns: [Column]
    /// The cells, as many a row as there are columns.
    public var rows: [[String]]

    /// Makes a table.
    ///
    /// - Precondition: each row has as many cells as there are columns.
    public init(_ columns: [Column], rows: [[String]]) {
      precondition(rows.allSatisfy { $0.count == columns.count }, "a cell a column")
      self.columns = columns
      self.rows = rows
    }
  }

  /// A column of a table.
  public struct Column: Hashable, Sendable {
    /// The heading.
    public var title: String
    /// Whether it holds numbers, which stand at the right.
    public var isNumeric: Bool

    /// A column of texts.
    public static func text(_ title: String) -> Column { Column(title: title, isNumeric: false) }

    /// A column of numbers.
    public static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }
  }
}
