/// An article with commands, tables, figures and Python cells, written as Markdown or as a Jupyter notebook.
///
/// Text is Markdown and passed through unchanged. The same article gives the same bytes.
///
/// ```swift
/// var article = Article(title: "Codes of two numbers")
/// article.blocks += [.text("A network with a narrow middle."), .command("misfit fit digits", output: "")]
/// try OutputFile.write(article.markdown, to: "README.md")
/// ```
package struct Article: Hashable, Sendable {
  /// The title.
  package var title: String
  /// The blocks below it, in reading order.
  package var blocks: [Block]

  /// Creates an article.
  package init(title: String, blocks: [Block] = []) {
    self.title = title
    self.blocks = blocks
  }

  /// A block of an article.
  package enum Block: Hashable, Sendable {
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
  package struct Figure: Hashable, Sendable {
    /// The name of the PNG file, without a folder.
    package var file: String
    /// The bytes of the file.
    package var png: [UInt8]
    /// A description for readers who cannot see it.
    package var alternativeText: String
    /// A line below it, in Markdown.
    package var caption: String?

    /// Creates a figure.
    package init(file: String, png: [UInt8], alternativeText: String, caption: String? = nil) {
      self.file = file
      self.png = png
      self.alternativeText = alternativeText
      self.caption = caption
    }
  }

  /// Rows of texts below column headings.
  package struct Table: Hashable, Sendable {
    /// The headings.
    package var columns: [Column]
    /// The cells, with one in each row for each column.
    package var rows: [[String]]

    /// Creates a table.
    ///
    /// - Precondition: each row has as many cells as there are columns.
    package init(_ columns: [Column], rows: [[String]]) {
      precondition(rows.allSatisfy { $0.count == columns.count }, "each row needs a cell for each column")
      self.columns = columns
      self.rows = rows
    }
  }

  /// A column of a table.
  package struct Column: Hashable, Sendable {
    /// The heading.
    package var title: String
    /// Whether the cells are numbers, which are aligned to the right.
    package var isNumeric: Bool

    /// Creates a column of texts.
    package static func text(_ title: String) -> Column { Column(title: title, isNumeric: false) }

    /// Creates a column of numbers.
    package static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }
  }
}
