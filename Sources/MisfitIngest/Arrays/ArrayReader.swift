import MisfitCore

/// One pass over the samples of a binary array.
final class ArrayReader: RecordReader {
  private let bytes: ByteCursor
  private let format: ArrayFormat
  private let layout: RecordLayout
  private let labels: [String]
  private let expectedByteCount: Int
  private var done = 0
  private var raw: [UInt8] = []
  /// All numbers of an array in Fortran order, and the index of each element of the first sample among them.
  private var whole: [UInt8]?
  private var elementPlaces: [Int] = []

  init(
    _ bytes: ByteCursor, _ format: ArrayFormat, _ layout: RecordLayout, _ labels: [String]
  ) throws(IngestError) {
    self.bytes = bytes
    self.format = format
    self.layout = layout
    self.labels = labels
    expectedByteCount = format.dataByteOffset + (format.dataByteCount() ?? 0)
    var header = Array(repeating: UInt8(0), count: format.dataByteOffset)
    try fill(&header, format.dataByteOffset)
    if format.isFortranOrder { try readWhole() }
  }

  func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
    batch.reset(firstRecord: done + 1)
    let count = min(batch.capacity, format.rowCount - done)
    guard count > 0 else {
      guard try bytes.isAtEnd() else { throw error(.tooLong(expectedBytes: expectedByteCount)) }
      return false
    }
    let rowByteCount = batch.width * format.element.byteCount
    for row in done..<done + count {
      batch.byteOffsets.append(format.dataByteOffset + (format.isFortranOrder ? 0 : row * rowByteCount))
    }
    if whole != nil {
      try gather(count, into: &batch)
    } else if format.holdsPixels {
      try fill(&batch.bytes, count * rowByteCount)
    } else {
      if raw.count < count * rowByteCount { raw = Array(repeating: 0, count: count * rowByteCount) }
      try fill(&raw, count * rowByteCount)
      try convert(count, into: &batch)
    }
    if !labels.isEmpty { batch.labels.append(contentsOf: labels[done..<done + count]) }
    batch.rowCount = count
    done += count
    return true
  }

  private func fill(_ target: inout [UInt8], _ count: Int) throws(IngestError) {
    let found = try bytes.read(count, into: &target)
    guard found == count else {
      throw error(.truncated(expectedBytes: expectedByteCount, foundBytes: bytes.byteOffset))
    }
  }

  private func convert(_ count: Int, into batch: inout RecordBatch) throws(IngestError) {
    let element = format.element
    let raw = raw
    let source = raw.span
    for index in 0..<count * batch.width {
      let value = element.decode(source, at: index * element.byteCount)
      guard value.isFinite else { throw notFinite(value, index, batch.width) }
      batch.values[index] = value
    }
  }

  // MARK: Fortran order

  private func readWhole() throws(IngestError) {
    let byteCount = format.dataByteCount() ?? 0
    var all: [UInt8] = []
    // Memory grows with the data, not with the header's claim.
    var block = Array(repeating: UInt8(0), count: min(byteCount, 1 << 20))
    while all.count < byteCount {
      let part = min(block.count, byteCount - all.count)
      try fill(&block, part)
      all.append(contentsOf: block[..<part])
    }
    whole = all
    elementPlaces = Self.places(format.extents)
  }

  /// Returns the indices of the elements of the first sample, in the order of a batch.
  private static func places(_ extents: [Int]) -> [Int] {
    var places = [0]
    var stride = extents[0]
    for extent in extents.dropFirst() {
      let step = stride
      places = places.flatMap { place in (0..<extent).map { place + $0 * step } }
      stride *= extent
    }
    return places
  }

  private func gather(_ count: Int, into batch: inout RecordBatch) throws(IngestError) {
    guard let whole else { return }
    let element = format.element
    for row in 0..<count {
      for (column, place) in elementPlaces.enumerated() {
        let index = row * batch.width + column
        let value = element.decode(whole.span, at: (done + row + place) * element.byteCount)
        guard value.isFinite else { throw notFinite(value, index, batch.width) }
        if format.holdsPixels { batch.bytes[index] = UInt8(value) } else { batch.values[index] = value }
      }
    }
  }

  private func notFinite(_ value: Double, _ index: Int, _ width: Int) -> IngestError {
    let row = done + index / width
    let column = index % width
    let place = format.isFortranOrder ? row + elementPlaces[column] : row * width + column
    let position = InputPosition(
      source: bytes.name, byteOffset: format.dataByteOffset + place * format.element.byteCount,
      record: row + 1, column: layout.featureName(at: column))
    return IngestError(.notFinite(value.description), at: position)
  }

  private func error(_ kind: IngestError.Kind) -> IngestError {
    IngestError(kind, at: InputPosition(source: bytes.name, byteOffset: bytes.byteOffset))
  }
}
