extension Article {
  /// The article as GitHub Flavored Markdown in UTF-8, with figures linked by their file names.
  package var markdown: [UInt8] {
    let parts = ["# \(title)"] + blocks.map { $0.markdown { $0 } }
    return Array((parts.joined(separator: "\n\n") + "\n").utf8)
  }
}

extension Article.Block {
  /// Returns the block as Markdown; `address` maps a figure's file name to its link.
  func markdown(address: (String) -> String) -> String {
    switch self {
    case .heading(let text): "## \(text)"
    case .text(let text): text
    case .command(let line, let output): Self.console(line, output)
    case .figure(let figure): figure.markdown(address: address)
    case .gallery(let figures):
      Article.Table(
        figures.map { .text($0.caption ?? "") }, rows: [figures.map { $0.image(address: address) }]
      ).markdown
    case .table(let table): table.markdown
    case .python(let code): "```python\n\(code)\n```"
    }
  }

  private static func console(_ line: String, _ output: String) -> String {
    let command = "```sh\n\(line)\n```"
    return output.isEmpty ? command : "\(command)\n\n```text\n\(output)\n```"
  }
}

extension Article.Figure {
  fileprivate func markdown(address: (String) -> String) -> String {
    caption.map { "\(image(address: address))\n\n*\($0)*" } ?? image(address: address)
  }

  fileprivate func image(address: (String) -> String) -> String {
    "![\(alternativeText.replacing("]", with: "\\]"))](\(address(file)))"
  }
}

extension Article.Table {
  fileprivate var markdown: String {
    let head = Self.line(columns.map { Self.cell($0.title) })
    let rule = Self.line(columns.map { $0.isNumeric ? "--:" : "---" })
    return ([head, rule] + rows.map { Self.line($0.map(Self.cell)) }).joined(separator: "\n")
  }

  private static func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }

  /// Escapes a cell, which must not contain a bar or a line break.
  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}
