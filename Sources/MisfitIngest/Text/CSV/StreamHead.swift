import MisfitCore

/// The beginning of a stream of records, detected by the rules of tables from the records at hand.
package struct StreamHead: Sendable {
  /// The delimiter of fields.
  package let delimiter: UInt8
  /// Whether the first record names the columns.
  package let hasHeader: Bool
  /// The names of the columns, all different.
  package let names: [String]
  /// The first byte of comment lines; nil if there are none.
  package let comment: UInt8?
  /// The bytes of the header.
  package let header: Range<Int>
  /// The index of the first record of data.
  package let dataByteOffset: Int
  /// Whether a record of data is at hand.
  package let hasData: Bool
  /// Notes on what was skipped.
  package let notes: [MessageText]

  /// The number of bytes that are searched.
  private static let byteLimit = 1 << 20

  /// Detects the format of lines that end with a line feed; nil if there is no record, or the first one
  /// cannot be read.
  package init?(_ bytes: ArraySlice<UInt8>, options: SourceOptions) {
    let head = Array(bytes.prefix(Self.byteLimit))
    guard let sniffer = try? CSVSniffer(name: "stream", head: head, options: options),
      var beginning = try? sniffer.beginning()
    else { return nil }
    sniffer.skipTitles(of: &beginning)
    sniffer.completeHeader(of: &beginning)
    let records = beginning.sample.records
    guard let first = records.first else { return nil }
    delimiter = beginning.delimiter
    hasHeader = beginning.hasHeader ?? sniffer.hasHeader(first, records.dropFirst(), beginning.delimiter)
    comment = beginning.start.comment
    let given = hasHeader ? first.fields.map { CellName.text($0) } : first.fields.map { _ in "" }
    let named = given.enumerated().map { $1.isEmpty ? FeatureName.ofColumn($0) : $1 }
    let unique = CSVColumns.madeUnique(named)
    names = unique.names
    header = first.byteOffset..<first.end
    dataByteOffset = hasHeader ? first.end : first.byteOffset
    hasData = Self.hasData(records.dropFirst(hasHeader ? 1 : 0), delimiter, columnCount: names.count)
    notes = beginning.notes + unique.notes
  }

  /// Returns whether records show that they are data: lines of one text may be titles above a header.
  private static func hasData(
    _ records: ArraySlice<CSVSample.Record>, _ delimiter: UInt8, columnCount: Int
  ) -> Bool {
    guard columnCount == 1, records.count < CSVSniffer.titleLimit else { return !records.isEmpty }
    return records.contains { record in
      record.fields.contains { CellKind($0, delimiter: delimiter) != .text }
    }
  }
}

/// The texts of cells that name something in a stream.
package enum CellName {
  /// Returns a cell without surrounding blanks as a text.
  ///
  /// Bytes that are not UTF-8 are read as Latin-1, so that different names stay different.
  package static func text(_ cell: [UInt8]) -> String {
    CSVColumns.name(cell) ?? String(String.UnicodeScalarView(cell.map { Unicode.Scalar($0) }))
  }
}
