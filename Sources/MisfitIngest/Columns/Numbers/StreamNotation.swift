import MisfitCore

/// The notation of the numbers of a stream, decided by the rules of tables from its first records.
package struct StreamNotation: Sendable, Hashable, Codable {
  /// The notation of a column.
  package struct Column: Sendable, Hashable, Codable {
    /// The notation; nil for the plain one.
    package var notation: NumberNotation?
    /// Whether its numbers may have several meanings, so that they are not read.
    package var isUnclear = false
  }

  /// The notation of each column; further columns are plain.
  package private(set) var columns: [Column] = []
  /// The evidence of each column; empty once the decision is final.
  private var evidence: [NumberEvidence] = []
  /// The number of records that were examined.
  private var recordCount = 0

  /// The number of records from which the notation is decided, as in tables.
  private static let recordLimit = CSVSniffer.recordLimit

  /// Creates an open decision.
  package init() {}

  /// Creates the decision of states of earlier versions, which had a decimal sign for all columns.
  package init(columnCount: Int, hasDecimalComma: Bool) {
    recordCount = Self.recordLimit
    guard hasDecimalComma else { return }
    let column = Column(notation: CSVRecordParser.decimalComma)
    columns = Array(repeating: column, count: columnCount)
  }

  /// Whether further records may change the decision.
  package var isOpen: Bool { recordCount < Self.recordLimit }

  /// Returns the notation of a column.
  package func column(_ index: Int) -> Column { index < columns.count ? columns[index] : Column() }

  /// Adds a cell that is not missing, without surrounding blanks.
  package mutating func add(_ cell: Span<UInt8>, column: Int) {
    while evidence.count <= column { evidence.append(NumberEvidence()) }
    evidence[column].add(cell)
  }

  /// Ends a record.
  package mutating func endRecord() { recordCount += 1 }

  /// Decides by what was added so far, and returns whether a notation has changed.
  package mutating func decide(_ options: NumberOptions, delimiter: UInt8) -> Bool {
    let before = columns
    columns = decision(options, delimiter).columns.map { column in
      Column(
        notation: column.notation.isPlain ? nil : column.notation, isUnclear: column.problem != nil)
    }
    return columns != before
  }

  /// Forgets the evidence once the decision is final.
  package mutating func close() { if !isOpen { evidence = [] } }

  /// Returns the reason why the numbers of a column are unclear, as a part of a sentence; nil if they are
  /// not, or the evidence is gone.
  package func problem(
    ofColumn index: Int, _ options: NumberOptions, delimiter: UInt8
  ) -> MessageText? {
    guard index < evidence.count else { return nil }
    return decision(options, delimiter).columns[index].problem
  }

  /// Notes on the notation, for all columns together: `decimal commas`, `numbers in EUR`.
  package var notes: [String] {
    var notes: [String] = []
    if columns.contains(where: { $0.notation?.hasDecimalComma == true }) { notes.append("decimal commas") }
    for note in columns.flatMap({ $0.notation?.notes ?? [] }) where !notes.contains(note) {
      notes.append(note)
    }
    return notes
  }

  private func decision(_ options: NumberOptions, _ delimiter: UInt8) -> NotationDecision {
    NotationDecision(
      evidence: evidence, options: options, known: evidence.map { _ in nil }, delimiter: delimiter)
  }
}
