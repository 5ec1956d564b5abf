import Foundation
import Testing

@testable import MisfitReports

@Suite("An article")
struct ArticleTests {
  private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47]
  private static let article = Article(
    title: "Codes",
    blocks: [
      .text("A *narrow* middle."), .heading("Train"),
      .command("misfit fit digits \\\n  --hidden 2", output: "model.misfit"),
      .figure(
        Article.Figure(file: "worst.png", png: png, alternativeText: "a [grid]", caption: "The worst.")),
      .table(
        Article.Table([.text("model"), .number("loss")], rows: [["a|b", "0.1"], ["two\nlines", "0.2"]])),
      .python("import csv\nprint(1)"), .text("The end."),
    ])

  @Test("is Markdown with tables, code and pictures")
  func markdown() {
    #expect(
      String(decoding: Self.article.markdown, as: UTF8.self) == """
        # Codes

        A *narrow* middle.

        ## Train

        ```sh
        misfit fit digits \\
          --hidden 2
        ```

        ```text
        model.misfit
        ```

        ![a [grid\\]](worst.png)

        *The worst.*

        | model | loss |
        | --- | --: |
        | a\\|b | 0.1 |
        | two lines | 0.2 |

        ```python
        import csv
        print(1)
        ```

        The end.

        """)
  }

  @Test("shows a gallery as a table of one row, with its pictures attached")
  func galleries() throws {
    let figures = ["a", "b"].map {
      Article.Figure(
        file: "\($0).png", png: Self.png, alternativeText: $0, caption: $0 == "a" ? "first" : nil)
    }
    let article = Article(title: "Two", blocks: [.gallery(figures)])
    #expect(
      String(decoding: article.markdown, as: UTF8.self)
        == "# Two\n\n| first |  |\n| --- | --- |\n| ![a](a.png) | ![b](b.png) |\n")
    let cell = try #require(
      try JSONDecoder().decode(Notebook.self, from: Data(article.notebook)).cells.first)
    #expect(cell.attachments.map { Set($0.keys) } == ["a.png", "b.png"])
  }

  private struct Cell: Decodable {
    var kind: String
    var id: String
    var source: [String]
    var attachments: [String: [String: String]]?

    enum CodingKeys: String, CodingKey {
      case kind = "cell_type"
      case id, source, attachments
    }
  }
  private struct Notebook: Decodable {
    var cells: [Cell]
    var major: Int
    var minor: Int

    enum CodingKeys: String, CodingKey {
      case cells
      case major = "nbformat"
      case minor = "nbformat_minor"
    }
  }

  private static func notebook() throws -> Notebook {
    try JSONDecoder().decode(Notebook.self, from: Data(article.notebook))
  }

  @Test("is a notebook with a cell for each heading and each Python block")
  func cells() throws {
    let notebook = try Self.notebook()
    #expect((notebook.major, notebook.minor) == (4, 5))
    #expect(notebook.cells.map(\.kind) == ["markdown", "markdown", "code", "markdown"])
    #expect(notebook.cells.map(\.id) == ["cell-1", "cell-2", "cell-3", "cell-4"])
    #expect(notebook.cells[0].source == ["# Codes\n", "\n", "A *narrow* middle."])
    #expect(notebook.cells[2].source == ["import csv\n", "print(1)"])
    #expect(notebook.cells[3].source == ["The end."])
  }

  @Test("keeps its pictures in the notebook, each with the cell that shows it")
  func attachments() throws {
    let cells = try Self.notebook().cells
    #expect(
      cells[1].attachments?["worst.png"]?["image/png"].flatMap { Data(base64Encoded: $0) } == Data(Self.png))
    #expect(cells[1].source.contains("![a [grid\\]](attachment:worst.png)\n"))
    #expect(cells.filter { $0.attachments != nil }.count == 1)
  }
}
