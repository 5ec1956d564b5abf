import MisfitCore

extension CSVColumns {
  /// Returns the notation of each feature's numbers, scored by the first records and a model, and notes on
  /// it.
  func notations(
    _ format: CSVFormat, _ records: ArraySlice<CSVSample.Record>
  ) -> (columns: [ColumnNotation], seen: DecimalSign?, notes: [MessageText]) {
    var evidence = Array(repeating: NumberEvidence(), count: format.features.count)
    let missing = options.typing.allMissingWords
    for (column, role) in format.roles.enumerated() {
      guard case .feature(let feature) = role else { continue }
      for record in records where column < record.fields.count {
        let field = record.fields[column]
        let range = CellText.trimmed(field.span, 0..<field.count)
        guard !missing.contain(field.span.extracting(range)) else { continue }
        evidence[feature].add(field.span.extracting(range))
      }
    }
    let decision = NotationDecision(
      evidence: evidence, options: options.numbers, known: options.knownNotations(format.features.count),
      delimiter: format.delimiter)
    let columns = decision.columns
    return (columns, decision.seenSign, notes(columns, evidence, decision, format))
  }

  private func notes(
    _ columns: [ColumnNotation], _ evidence: [NumberEvidence], _ decision: NotationDecision,
    _ format: CSVFormat
  ) -> [MessageText] {
    var notes: [MessageText] = []
    let seen = zip(columns, evidence).filter { $1.commaCount + $1.openCommaCount + $1.groupPointCount > 0 }
    if seen.contains(where: { $0.0.notation.hasDecimalComma }) { notes.append("decimal commas") }
    for part in columns.flatMap(\.notation.notes).map({ MessageText($0) }) where !notes.contains(part) {
      notes.append(part)
    }
    if evidence.contains(where: { $0.isNumeric && $0.otherMinusCount > 0 }) {
      notes.append("dashes for minus signs")
    }
    if let (comma, point) = decision.contradiction {
      notes.append(
        """
        "\(format.features[comma])" has decimal commas and "\(format.features[point])" decimal points, each \
        read as written (\(.decimal) sets one for all)
        """)
    }
    return notes
  }
}

extension SourceOptions {
  /// Returns the notations of the columns of a model's table; nil for those that are not numbers.
  func knownNotations(_ count: Int) -> [NumberNotation?] {
    expectedTable.map { $0.used.map { $0.number == nil ? nil : $0.notation } }
      ?? Array(repeating: nil, count: count)
  }
}
