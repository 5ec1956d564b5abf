import Misfit
import MisfitAnalytics

/// The flag for segments of rows, of a verb that reports on scores.
struct SegmentFlags: FlagSet {
  var columns: [String] = []

  static var arguments: [Argument<SegmentFlags>] {
    Group("Segments") {
      Flag(
        "--by COLUMNS", all: \.columns, .names,
        help:
          """
          Up to four columns of DATA, such as region,app, which the model need not know: which of their \
          values, and which combinations, score higher than chance explains (segments.csv). In `misfit fit` \
          and `misfit detect`, --by names the column of series instead.
          """
      )
    }
  }

  /// Throws if there are too many columns, or a column twice.
  func check() throws(ArgumentError) {
    guard columns.count <= SegmentScores.columnLimit, Set(columns).count == columns.count else {
      throw ArgumentError(
        .conflict(
          "--by takes up to \(SegmentScores.columnLimit) different columns", remedy: "name fewer columns"))
    }
  }

  /// Opens data along with the columns of segments; errors name the flag that was typed.
  ///
  /// - Throws: ``ArgumentError`` if the data does not have the columns; the errors of `body`.
  func opening<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as IngestError {
      let source = error.position.map { " of \($0.source)" } ?? ""
      switch error.kind {
      case .unknownColumns(let names, option: .keptColumns, _) where !columns.isEmpty:
        let list = names.map { "\"\($0.name)\"" }.joined(separator: ", ")
        throw ArgumentError(
          .conflict(
            "--by names \(list), which is no column\(source)",
            remedy: names.compactMap(\.nearest).first.map { "did you mean \"\($0)\"?" }
              ?? "`misfit inspect` lists the columns"))
      case .noTable where !columns.isEmpty:
        throw ArgumentError(
          .conflict("--by is for the columns of tables, and this is none", remedy: "omit --by"))
      default: throw error
      }
    }
  }

  /// The columns to read along.
  var kept: KeptColumns { columns.isEmpty ? .none : .named(columns) }

  /// Throws if the model scores rows of series, which are not independent.
  func check(_ detector: Detector) throws(ArgumentError) {
    guard !columns.isEmpty, detector.scoresWindows else { return }
    throw ArgumentError(
      .conflict(
        "--by compares rows that do not depend on each other, and this is a model of series",
        remedy: "omit --by: the report lists the series, and their events"))
  }
}
