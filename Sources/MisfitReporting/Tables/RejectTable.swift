import Misfit
import MisfitCore
import MisfitIngest
import MisfitReports

extension RejectLog {
  /// Writes the rejects as CSV with the columns file, line, record, column, cell, problem and text; the text
  /// is the record as written in the source.
  ///
  /// If `escapesFormulas`, spreadsheets do not evaluate text as formulas; see ``CSVText/escapesFormulas``.
  ///
  /// - Throws: ``FileError``.
  package func write(to path: String, escapesFormulas: Bool = false) throws(FileError) {
    var text = CSVText()
    text.escapesFormulas = escapesFormulas
    let file = try OutputFile(path)
    try file.write(text.row(["file", "line", "record", "column", "cell", "problem", "text"]))
    for reject in rejects {
      let position = reject.position
      try file.write(
        text.row([
          position.source, CSVText.number(position.line), CSVText.number(position.record),
          position.column ?? "", reject.cell, reject.problem, reject.record,
        ]))
    }
    try file.commit()
  }
}
