import MisfitCore

extension CSVSniffer {
  /// Completes a header with fewer names than the records have fields, if the reason is plain.
  ///
  /// Two kinds of programs write such tables: those that end each record, but not the header, with a
  /// delimiter, and R, whose `write.table` writes the names of rows without a name above them. R and pandas
  /// read the second kind in the same way.
  func completeHeader(of beginning: inout Beginning) {
    guard options.hasHeader != false, let header = beginning.sample.records.first else { return }
    let others = beginning.sample.records.dropFirst()
    let fieldCount = beginning.sample.usualFieldCount
    let missing = fieldCount - header.fields.count
    let whole = others.filter { $0.fields.count == fieldCount }
    guard missing > 0, whole.count >= 2, whole.count * 10 >= others.count * 9 else { return }
    if whole.allSatisfy({ $0.fields.suffix(missing).allSatisfy(Self.isBlank) }) {
      beginning.sample.records[0].fields += Array(repeating: [], count: missing)
      beginning.notes.append("the delimiter at the end of each record is ignored")
    } else if missing == 1, areRowNames(whole, below: header, beginning.delimiter) {
      beginning.sample.records[0].fields.insert(Array("row_names".utf8), at: 0)
      beginning.notes.append("the first column has no name, and is called \"row_names\", as in R")
    } else {
      return
    }
    beginning.hasHeader = true
  }

  /// Returns whether the first fields of the records are names of rows: all different, below a header of
  /// different texts, and no second header follows.
  private func areRowNames(
    _ records: [CSVSample.Record], below header: CSVSample.Record, _ delimiter: UInt8
  ) -> Bool {
    let names = Set(header.fields)
    guard header.fields.count >= 2, names.count == header.fields.count,
      header.fields.allSatisfy({ CellKind($0, delimiter: delimiter) == .text }),
      Set(records.map { $0.fields[0] }).count == records.count,
      !records.contains(where: { Self.isBlank($0.fields[0]) })
    else { return false }
    return !namesNumbers(records[0], above: records.dropFirst(), delimiter)
  }

  private static func isBlank(_ field: [UInt8]) -> Bool { DecimalNumber.trim(field[...]).isEmpty }
}
