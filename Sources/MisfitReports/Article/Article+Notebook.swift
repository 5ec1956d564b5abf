extension Article {
  /// The article as a Jupyter notebook (nbformat 4.5), with its figures as attachments.
  ///
  /// Each heading begins a Markdown cell; Python has its own cells, not executed. Source: the Jupyter
  /// Notebook Format, nbformat.readthedocs.io.
  package var notebook: [UInt8] {
    var cells: [JSONValue] = []
    var text = NotebookText(title: title)
    for block in blocks {
      switch block {
      case .python(let code):
        if let cell = text.takeCell(number: cells.count + 1) { cells.append(cell) }
        cells.append(Self.codeCell(code, number: cells.count + 1))
      case .heading:
        if let cell = text.takeCell(number: cells.count + 1) { cells.append(cell) }
        text.add(block)
      default: text.add(block)
      }
    }
    if let cell = text.takeCell(number: cells.count + 1) { cells.append(cell) }
    return JSONText.fileBytes([
      "cells": .array(cells),
      "metadata": [
        "kernelspec": ["display_name": "Python 3", "language": "python", "name": "python3"],
        "language_info": ["name": "python"],
      ],
      "nbformat": 4, "nbformat_minor": 5,
    ])
  }

  private static func codeCell(_ code: String, number: Int) -> JSONValue {
    [
      "cell_type": "code", "execution_count": .null, "id": "cell-\(number)", "metadata": [:], "outputs": [],
      "source": NotebookText.lines(of: code),
    ]
  }
}

/// The Markdown collected for one cell, with its pictures.
private struct NotebookText {
  private var parts: [String]
  private var attachments = JSONObject()

  init(title: String) { parts = ["# \(title)"] }

  mutating func add(_ block: Article.Block) {
    parts.append(block.markdown { "attachment:\($0)" })
    let figures =
      switch block {
      case .figure(let figure): [figure]
      case .gallery(let figures): figures
      default: [Article.Figure]()
      }
    for figure in figures {
      attachments[figure.file] = ["image/png": JSONValue(Base64.text(of: figure.png))]
    }
  }

  /// Returns the cell of the collected Markdown and begins another; nil if there is none.
  mutating func takeCell(number: Int) -> JSONValue? {
    guard !parts.isEmpty else { return nil }
    var cell: JSONObject = ["cell_type": "markdown", "id": "cell-\(number)", "metadata": [:]]
    if !attachments.members.isEmpty { cell["attachments"] = .object(attachments) }
    cell["source"] = Self.lines(of: parts.joined(separator: "\n\n"))
    (parts, attachments) = ([], JSONObject())
    return .object(cell)
  }

  /// Returns text in the notebook format: an array of lines, each but the last with its line break.
  static func lines(of text: String) -> JSONValue {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return JSONValue(lines.enumerated().map { $0 < lines.count - 1 ? "\($1)\n" : String($1) })
  }
}
