import MisfitCore

/// Samples of a binary array: IDX (the format of MNIST) or NPY (of NumPy), plain or compressed.
///
/// The first dimension counts the samples; with one more they are rows, with two more gray images, with three
/// more images with channels. Arrays in C order are streamed; one in Fortran order is held in memory, because
/// every sample is spread over all of it.
public struct ArraySource: RecordSource {
  /// The path as it was given.
  public let name: String
  /// The shape, the columns and other properties of the records.
  public let layout: RecordLayout
  private let input: any ByteInput
  private let format: ArrayFormat
  private let labels: [String]

  /// Opens an IDX or NPY file.
  ///
  /// `memoryLimitBytes` limits an array in Fortran order, which is held in memory; nil is a share of the
  /// machine's memory.
  ///
  /// - Throws: ``IngestError``.
  public init(
    _ path: String, labelsPath: String? = nil, memoryLimitBytes: Int? = nil
  ) throws(IngestError) {
    let memoryLimitBytes = memoryLimitBytes ?? MachineMemory.defaultLimitBytes
    let input = FileInput(name: path)
    let head = try ByteStream.head(of: input, byteCount: 8).bytes
    if NPYHeader.isBeginning(head) {
      try self.init(npy: input, labelsPath: labelsPath, memoryLimitBytes: memoryLimitBytes)
    } else {
      try self.init(idx: input, labelsPath: labelsPath)
    }
  }

  init(idx input: any ByteInput, labelsPath: String?) throws(IngestError) {
    let (head, compression) = try ByteStream.head(of: input, byteCount: IDXHeader.byteCountLimit)
    try self.init(input, IDXHeader.read(head, name: input.name), compression, labelsPath)
  }

  init(
    npy input: any ByteInput, labelsPath: String?, memoryLimitBytes: Int = MachineMemory.defaultLimitBytes
  ) throws(IngestError) {
    let (head, compression) = try ByteStream.head(of: input, byteCount: NPYHeader.byteCountLimit)
    let format = try NPYHeader.read(head, name: input.name)
    try self.init(input, format, compression, labelsPath)
    guard format.isFortranOrder, let byteCount = format.dataByteCount(), byteCount > memoryLimitBytes else {
      return
    }
    let kind = IngestError.Kind.arrayTooLarge(byteCount: byteCount, limitBytes: memoryLimitBytes)
    throw IngestError(kind, at: InputPosition(source: name))
  }

  private init(
    _ input: any ByteInput, _ format: ArrayFormat, _ compression: CompressionFormat?, _ labelsPath: String?
  ) throws(IngestError) {
    let place = InputPosition(source: input.name)
    guard format.rowCount > 0 else { throw IngestError(.empty, at: place) }
    guard let shape = format.sampleShape(), let dataByteCount = format.dataByteCount(),
      format.rowCount <= SourceLimits.sampleCount
    else {
      throw IngestError(
        .malformedHeader(format: format.name, detail: "the extents are 0 or too large"), at: place)
    }
    let kind: ValueKind = format.holdsPixels ? .uint8 : .float64
    try SourceLimits.check(shape, kind, of: input.name)
    let expected = dataByteCount + format.dataByteOffset
    if compression == .gzip || compression == .zip, let limit = input.inflatedByteLimit, limit < expected {
      throw IngestError(.impossibleSize(expectedBytes: expected, limitBytes: limit), at: place)
    }
    if let byteCount = input.byteCount, compression == nil {
      guard byteCount >= expected else {
        throw IngestError(.truncated(expectedBytes: expected, foundBytes: byteCount), at: place)
      }
      guard byteCount == expected else { throw IngestError(.tooLong(expectedBytes: expected), at: place) }
    }
    name = input.name
    self.input = input
    self.format = format
    labels = try labelsPath.map { path throws(IngestError) in try Self.labels(path, format.rowCount) } ?? []
    layout = RecordLayout(
      shape: shape,
      columns: shape.imageExtents == nil ? (0..<shape.elementCount).map(FeatureName.ofColumn) : [],
      hasLabels: labelsPath != nil, valueKind: kind,
      rowCount: format.rowCount,
      notes: (compression.map { [$0.rawValue] } ?? [])
        + ["\(format.name) of \(format.element.name)" + (format.isFortranOrder ? ", Fortran order" : "")])
  }

  /// Returns a reader that starts at the first sample.
  ///
  /// - Throws: ``IngestError``.
  public func makeReader() throws(IngestError) -> any RecordReader {
    let bytes = ByteCursor(try ByteStream.open(input).reader, name: name)
    return try ArrayReader(bytes, format, layout, labels)
  }

  /// Returns the numbers of an IDX or NPY file, or of an array in an NPZ archive, as labels.
  private static func labels(_ path: String, _ sampleCount: Int) throws(IngestError) -> [String] {
    let source: ArraySource
    if let (path, array) = NPZArchive.split(path) {
      source = try NPZArchive.open(path, array: array)
    } else {
      source = try ArraySource(path)
    }
    guard source.layout.width == 1 else {
      let detail = "an array of \(source.format.extents.count) dimensions where labels are needed"
      throw IngestError(
        .unsupported(format: source.format.name, detail: detail), at: InputPosition(source: path))
    }
    guard source.format.rowCount == sampleCount else {
      let kind = IngestError.Kind.labelCount(expected: sampleCount, found: source.format.rowCount)
      throw IngestError(kind, at: InputPosition(source: path))
    }
    var labels: [String] = []
    let reader = try source.makeReader()
    var batch = RecordBatch(layout: source.layout, capacity: 1024)
    while try reader.readBatch(into: &batch) {
      for row in 0..<batch.rowCount {
        let value = batch.value(row: row, column: 0)
        labels.append(Int(exactly: value).map(String.init) ?? String(value))
      }
    }
    return labels
  }
}
