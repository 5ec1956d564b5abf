import MisfitCore

/// A batch of records that a reader fills; its memory is reused.
///
/// Shapes: N = `rowCount`, D = `width`; the first N x D elements of `values` or `bytes` are in use,
/// row-major.
public struct RecordBatch: Sendable {
  /// The maximum number of records.
  public let capacity: Int
  /// The number of values in a record, D.
  public let width: Int
  /// Whether `values` or `bytes` is in use.
  public let valueKind: ValueKind
  /// The number of records, N.
  public internal(set) var rowCount = 0
  /// The numbers, `capacity * width` of them, if the kind is `float64`; otherwise empty.
  public internal(set) var values: [Double]
  /// The pixels, `capacity * width` of them, if the kind is `uint8`; otherwise empty.
  public internal(set) var bytes: [UInt8]
  /// The identifiers, one for each record; empty if the source has none; see ``id(ofRow:)``.
  public internal(set) var ids: [String] = []
  /// The labels, one for each record; empty if the source has none.
  public internal(set) var labels: [String] = []
  /// The number of the first record in its source, from 1.
  public internal(set) var firstRecord = 1
  /// The line on which each record begins, from 1; empty if the source is not text.
  public internal(set) var lines: [Int] = []
  /// The byte offset of each record in its source, after decompression; empty if that has no meaning.
  public internal(set) var byteOffsets: [Int] = []

  /// The cells of the features as they are written, concatenated, if the source keeps them.
  private(set) var cellBytes: [UInt8] = []
  /// The end of each cell in ``cellBytes``.
  private(set) var cellEnds: [Int] = []
  /// The cells of ``RecordLayout/keptColumns`` as they are written, concatenated, and the end of each.
  private var keptBytes: [UInt8] = []
  private var keptEnds: [Int] = []
  /// The number of kept cells in a record.
  private let keptCount: Int
  /// The texts of levels that their column does not have, by the index of their value.
  private(set) var unknownLevels: [Int: String] = [:]
  /// Whether a value of a table of numbers is NaN because its cell is missing.
  var hasMissing = false
  /// A hash of the bytes of the records, if the source computes one.
  private(set) var contentHash: UInt64?

  /// The number of each record in its source if some were skipped; nil if they are consecutive.
  private var numbers: [Int]?

  /// Creates an empty batch for records of a layout.
  ///
  /// - Precondition: `capacity` is at least 1.
  public init(layout: RecordLayout, capacity: Int) {
    precondition(capacity >= 1, "a batch needs room for at least one record")
    self.capacity = capacity
    width = layout.width
    valueKind = layout.valueKind
    keptCount = layout.keptColumns.count
    let count = capacity * layout.width
    values = layout.valueKind == .float64 ? Array(repeating: 0, count: count) : []
    bytes = layout.valueKind == .uint8 ? Array(repeating: 0, count: count) : []
  }

  /// Returns the identifier of a record; its number if the source has no identifiers.
  ///
  /// - Precondition: `0 <= row < rowCount`.
  public func id(ofRow row: Int) -> String {
    precondition(row >= 0 && row < rowCount, "no such row")
    return ids.isEmpty ? String(number(ofRow: row)) : ids[row]
  }

  /// Returns one value of either kind.
  ///
  /// - Precondition: the row and the column are in the batch.
  public func value(row: Int, column: Int) -> Double {
    precondition(row >= 0 && row < rowCount && column >= 0 && column < width, "no such value")
    let index = row * width + column
    return valueKind == .float64 ? values[index] : Double(bytes[index])
  }

  /// Returns the position of a record, for a message about it.
  ///
  /// - Precondition: `0 <= row < rowCount`.
  public func position(ofRow row: Int, in source: String, column: String? = nil) -> InputPosition {
    precondition(row >= 0 && row < rowCount, "no such row")
    return InputPosition(
      source: source, byteOffset: byteOffsets.isEmpty ? nil : byteOffsets[row],
      line: lines.isEmpty ? nil : lines[row], record: number(ofRow: row), column: column)
  }

  /// Returns the number of a record in its source, from 1.
  public func number(ofRow row: Int) -> Int { numbers.map { $0[row] } ?? firstRecord + row }

  /// Stores the number of the record that is about to be counted.
  mutating func noteAccepted(record: Int) {
    if numbers != nil { numbers?.append(record) }
  }

  /// Discards what was added of a record that is not counted yet.
  mutating func dropOpenRecord() {
    numbers = numbers ?? (0..<rowCount).map { firstRecord + $0 }
    lines.removeSubrange(min(rowCount, lines.count)...)
    byteOffsets.removeSubrange(min(rowCount, byteOffsets.count)...)
    ids.removeSubrange(min(rowCount, ids.count)...)
    labels.removeSubrange(min(rowCount, labels.count)...)
    cellEnds.removeSubrange(min(rowCount * width, cellEnds.count)...)
    cellBytes.removeSubrange((cellEnds.last ?? 0)...)
    if !unknownLevels.isEmpty { unknownLevels = unknownLevels.filter { $0.key < rowCount * width } }
  }

  mutating func append(cell: borrowing Span<UInt8>) {
    for index in 0..<cell.count { cellBytes.append(cell[index]) }
    cellEnds.append(cellBytes.count)
  }

  /// Sorts the cells of the last record, which are in the order of `features`, by feature.
  mutating func arrangeCells(of features: [Int]) {
    let first = cellEnds.count - features.count
    let byteStart = first == 0 ? 0 : cellEnds[first - 1]
    let ends = Array(cellEnds[first...])
    let bytes = Array(cellBytes[byteStart...])
    var ranges = Array(repeating: 0..<0, count: features.count)
    for (index, feature) in features.enumerated() {
      ranges[feature] = (index == 0 ? 0 : ends[index - 1] - byteStart)..<ends[index] - byteStart
    }
    cellBytes.removeLast(bytes.count)
    cellEnds.removeLast(ends.count)
    for range in ranges {
      cellBytes += bytes[range]
      cellEnds.append(cellBytes.count)
    }
  }

  mutating func append(keptCell: [UInt8]) {
    keptBytes += keptCell
    keptEnds.append(keptBytes.count)
  }

  /// Returns the cells of a record's kept columns, as written but without quotes; see
  /// ``RecordLayout/keptColumns``.
  ///
  /// - Precondition: `0 <= row < rowCount`.
  public func keptCells(ofRow row: Int) -> [String] {
    precondition(row >= 0 && row < rowCount, "no such row")
    return (row * keptCount..<(row + 1) * keptCount).map { index in
      String(decoding: keptBytes[(index == 0 ? 0 : keptEnds[index - 1])..<keptEnds[index]], as: UTF8.self)
    }
  }

  mutating func note(unknownLevel text: String, ofValueAt index: Int) { unknownLevels[index] = text }

  mutating func note(contentHash hash: UInt64) { contentHash = hash }

  mutating func note(contentOf bytes: borrowing Span<UInt8>) {
    var hash = contentHash.map { FNVHash($0) } ?? FNVHash()
    hash.add(bytes)
    contentHash = hash.value
  }

  /// Whether a value is a level that its column does not have.
  package var hasUnknownLevels: Bool { !unknownLevels.isEmpty }

  /// Returns the text of a level that its column does not have; nil for any other value.
  public func unknownLevel(row: Int, column: Int) -> String? { unknownLevels[row * width + column] }

  /// Replaces the identifiers.
  ///
  /// - Precondition: there is one for each record.
  package mutating func setIDs(_ ids: [String]) {
    precondition(ids.count == rowCount, "an identifier for some records only")
    self.ids = ids
  }

  /// Removes all records and keeps the memory; the next record has the number `firstRecord`.
  public mutating func reset(firstRecord: Int) {
    rowCount = 0
    self.firstRecord = firstRecord
    ids.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    byteOffsets.removeAll(keepingCapacity: true)
    cellBytes.removeAll(keepingCapacity: true)
    cellEnds.removeAll(keepingCapacity: true)
    keptBytes.removeAll(keepingCapacity: true)
    keptEnds.removeAll(keepingCapacity: true)
    if !unknownLevels.isEmpty { unknownLevels.removeAll(keepingCapacity: true) }
    hasMissing = false
    numbers = nil
    contentHash = nil
  }

  /// Appends a record of numbers; sources in other modules use it, too.
  ///
  /// - Precondition: the batch is not full, the kind is `float64`, `row` has `width` finite numbers, and
  ///   either all records have an identifier (a label) or none has.
  public mutating func append(_ row: some Collection<Double>, id: String? = nil, label: String? = nil) {
    precondition(rowCount < capacity && valueKind == .float64, "no room for a record of numbers")
    precondition(row.count == width, "a record of another width than the batch's")
    values.replaceSubrange(rowCount * width..<(rowCount + 1) * width, with: row)
    finishAppending(id: id, label: label)
  }

  /// Appends a record of pixels; sources in other modules use it, too.
  ///
  /// - Precondition: the batch is not full, the kind is `uint8`, `row` has `width` pixels, and either all
  ///   records have an identifier (a label) or none has.
  public mutating func append(pixels row: some Collection<UInt8>, id: String? = nil, label: String? = nil) {
    precondition(rowCount < capacity && valueKind == .uint8, "no room for a record of pixels")
    precondition(row.count == width, "a record of another width than the batch's")
    bytes.replaceSubrange(rowCount * width..<(rowCount + 1) * width, with: row)
    finishAppending(id: id, label: label)
  }

  /// Appends a record of pixels that are lines of an image: `lineLength` samples each, `lineStride` samples
  /// from one to the next, the first of them at `start`.
  ///
  /// - Precondition: as of ``append(pixels:id:label:)``; the lines are in the image and together a record.
  mutating func append(
    linesOf samples: [UInt8], start: Int, lineLength: Int, lineStride: Int, id: String, label: String?
  ) {
    precondition(rowCount < capacity && valueKind == .uint8, "no room for a record of pixels")
    precondition(width % lineLength == 0, "a record of another width than the batch's")
    do {
      let lines = TileLines(
        start: start, length: lineLength, stride: lineStride, count: width / lineLength)
      let place = rowCount * width
      var target = bytes.mutableSpan
      lines.copy(of: samples.span, to: &target, at: place)
    }
    finishAppending(id: id, label: label)
  }

  private mutating func finishAppending(id: String?, label: String?) {
    if let id { ids.append(id) }
    if let label { labels.append(label) }
    rowCount += 1
    precondition(ids.isEmpty || ids.count == rowCount, "an identifier for some records only")
    precondition(labels.isEmpty || labels.count == rowCount, "a label for some records only")
  }
}
