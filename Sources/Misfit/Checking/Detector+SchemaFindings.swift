import MisfitCore
import MisfitIngest

extension Detector {
  /// Returns a finding for the columns of a table that the model does not know; nil if there are none, and
  /// for data without column names.
  ///
  /// They do not fail: the model ignores them. The data is opened, but no record is read.
  package func newColumns(of texts: [String], options: SourceOptions) -> CheckFinding? {
    guard schema.namesAreGiven || schema.table != nil, !texts.contains("-"),
      let layout = try? DataSource.open(texts, options: options).layout, layout.namesAreGiven
    else { return nil }
    var known = Set(schema.columnNames)
    known.formUnion(schema.table?.columns.map(\.name) ?? [])
    known.formUnion([training.idColumn, training.labelColumn].compactMap(\.self))
    let new = layout.columns.filter { !known.contains($0) }
    guard !new.isEmpty else { return nil }
    let names = new.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ")
    let more = new.count > 10 ? " and \(new.count - 10) more" : ""
    return CheckFinding(
      kind: .columns, column: new.count == 1 ? new[0] : nil, fails: false,
      text: "the model does not know the \(CountText.plural("column", new.count)) \(names)\(more)")
  }

  /// Returns the findings that an error in opening data means; nil for any other error.
  package func findings(of error: IngestError) -> [CheckFinding]? {
    switch error.kind {
    case .missingColumns(let names):
      return names.map { name in
        let nearest = name.nearest.map { "; the data has \"\($0)\"" } ?? ""
        return CheckFinding(
          kind: .columns, column: name.name, fails: true, text: "\(name.name) is missing\(nearest)")
      }
    case .columnCount(let expected, let found):
      return [
        CheckFinding(
          kind: .columns, fails: true,
          text: "the data has \(CountText.of(found, "column")), and the model \(expected)")
      ]
    case .shapeMismatch(let expected, let found):
      return [
        CheckFinding(
          kind: .columns, fails: true,
          text: "the samples are of shape \(found), and the model's of \(expected)")
      ]
    default: return nil
    }
  }

  /// Returns findings for the cells and records that could not be read: one for each column, and one for
  /// records.
  package func findings(of log: RejectLog) -> [CheckFinding] {
    guard log.count > 0 else { return [] }
    let rejects = log.rejects
    // Of very many, the log counts all and keeps the first.
    let atLeast = rejects.count < log.count ? "at least " : ""
    let groups = Dictionary(grouping: rejects) { $0.position.column ?? "" }
    return groups.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { column, rejects in
      let first = rejects[0]
      let count = "\(atLeast)\(NumberText.grouped(rejects.count))"
      let records = rejects.compactMap(\.position.record)
      let what =
        column.isEmpty
        ? "\(count) \(CountText.plural("record", rejects.count)) cannot be read"
        : "\(count) \(CountText.plural("cell", rejects.count)) of \(column) cannot be read as training's"
      return CheckFinding(
        kind: .types, column: column.isEmpty ? nil : column, fails: true,
        text: "\(what), such as \(first.problem) in record \(records.first.map(String.init) ?? "unknown")",
        rows: zip(records.min(), records.max()))
    }
  }

  private func zip(_ first: Int?, _ last: Int?) -> ClosedRange<Int>? {
    if let first, let last, first <= last { first...last } else { nil }
  }
}
