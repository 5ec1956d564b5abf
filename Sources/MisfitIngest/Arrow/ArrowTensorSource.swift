import MisfitCore

/// Samples that are lists of numbers in one column of an Arrow table: rows, or images as nested lists of
/// height, width and channels.
///
/// Other columns are identifiers and labels by the names in the options, and otherwise not used.
package struct ArrowTensorSource: RecordSource {
  package let layout: RecordLayout
  private let table: ArrowTable
  private let column: Int
  private let idColumn: Int?
  private let labelColumn: Int?

  package var name: String { table.name }
  package var filePaths: [String] { table.filePaths }

  /// Creates a source.
  ///
  /// - Throws: ``IngestError`` if several columns hold lists, or their values are no numbers.
  init(_ table: ArrowTable, options: SourceOptions) throws(IngestError) {
    let place = InputPosition(source: table.name)
    let names = table.fields.map(\.name)
    let lists = names.indices.filter {
      !table.fields[$0].type.tensor.extents.isEmpty && !options.ignoredColumns.contains(names[$0])
    }
    guard lists.count == 1 else {
      let detail = "\(lists.count) columns of lists, where samples are lists in a single column"
      throw IngestError(.unsupported(format: "Arrow", detail: detail), at: place)
    }
    column = lists[0]
    let field = table.fields[column]
    let (listed, element) = field.type.tensor
    guard element.isNumeric, element != .duration else {
      throw IngestError(
        .unsupported(format: "Arrow", detail: "lists of values that are no numbers"), at: place)
    }
    let extents = field.extents ?? listed
    let shape = SampleShape(extents.count == 2 ? extents + [1] : extents)
    guard let shape, extents.count <= 3 else {
      throw IngestError(.unsupported(format: "Arrow", detail: "lists of \(extents.count) levels"), at: place)
    }
    let holdsPixels = shape.imageExtents != nil && element == .unsigned(byteCount: 1)
    let kind: ValueKind = holdsPixels ? .uint8 : .float64
    try SourceLimits.check(shape, kind, of: table.name)
    let wanted = [options.idColumn, options.labelColumn].compactMap(\.self)
    let missing = wanted.filter { !names.contains($0) }
    guard missing.isEmpty || !options.requiresNamedColumns else {
      let unknown = missing.map {
        IngestError.UnknownName(name: $0, nearest: NearestSpelling.of($0, among: names))
      }
      throw IngestError(.unknownColumns(unknown, option: .idColumn, hasHeader: true), at: place)
    }
    func index(_ name: String?, _ usual: String?) -> Int? {
      (name ?? usual).flatMap { names.firstIndex(of: $0) }.flatMap { $0 == lists[0] ? nil : $0 }
    }
    idColumn = index(options.idColumn, options.usualIDColumn)
    labelColumn = index(options.labelColumn, options.usualLabelColumn)
    self.table = table
    var layout = RecordLayout(
      shape: shape,
      columns: shape.imageExtents == nil ? (0..<shape.elementCount).map(FeatureName.ofColumn) : [],
      hasIDs: idColumn != nil, hasLabels: labelColumn != nil, valueKind: kind)
    layout.idColumn = idColumn.map { names[$0] }
    layout.labelColumn = labelColumn.map { names[$0] }
    self.layout = layout
  }

  /// Returns a reader that starts at the first sample.
  ///
  /// - Throws: ``IngestError`` if the table is a stream that was read already.
  package func makeReader() throws(IngestError) -> any RecordReader {
    Reader(source: self, pass: try table.makePass())
  }

  /// One pass over the samples.
  private final class Reader: RecordReader {
    private let source: ArrowTensorSource
    private let pass: ArrowPass
    private var done = 0
    private var numbers: [Double] = []

    init(source: ArrowTensorSource, pass: ArrowPass) {
      self.source = source
      self.pass = pass
      numbers = Array(repeating: 0, count: source.layout.width)
    }

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      batch.reset(firstRecord: done + 1)
      while batch.rowCount < batch.capacity,
        let (rows, range) = try pass.next(upTo: batch.capacity - batch.rowCount)
      {
        for row in range { try append(rows, row, to: &batch) }
      }
      return batch.rowCount > 0
    }

    private func append(_ rows: ArrowBatch, _ row: Int, to batch: inout RecordBatch) throws(IngestError) {
      var column = rows.columns[source.column]
      var cells = row..<row + 1
      var hasGap = false
      while case .fixedList(let count, _) = column.type {
        hasGap = hasGap || cells.contains { column.isMissing($0) }
        cells = (column.offset + cells.lowerBound) * count..<(column.offset + cells.upperBound) * count
        column = column.inner[0]
      }
      var span = numbers.mutableSpan
      let isFinite = column.readNumbers(cells, into: &span, at: 0, stride: 1)
      done += 1
      guard isFinite, !hasGap else {
        let bad = numbers.first { !$0.isFinite } ?? .nan
        throw IngestError(
          hasGap || bad.isNaN ? .missingCell : .notFinite(bad.description),
          at: InputPosition(source: source.name, record: done))
      }
      let id = try text(rows, source.idColumn, row)
      let label = try text(rows, source.labelColumn, row)
      if batch.valueKind == .uint8 {
        batch.append(pixels: numbers.map { UInt8($0) }, id: id, label: label)
      } else {
        batch.append(numbers, id: id, label: label)
      }
    }

    private func text(_ rows: ArrowBatch, _ column: Int?, _ row: Int) throws(IngestError) -> String? {
      guard let column else { return nil }
      var bytes: [UInt8] = []
      do throws(ArrowColumnProblem) { try rows.columns[column].appendText(row, to: &bytes) } catch {
        throw IngestError(
          .malformedArrow("\(error.part) is outside of its buffers"),
          at: InputPosition(source: source.name, record: done))
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}
