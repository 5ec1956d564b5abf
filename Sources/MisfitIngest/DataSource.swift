import MisfitCore

/// Opens whatever a user names.
public enum DataSource {
  /// Opens `-`, `digits`, `random:ROWSxCOLUMNS`, an array of an NPZ archive (`table.npz:X`), a file or a folder of
  /// images.
  ///
  /// Files are known by their first bytes, not by their names, and decompressed where they begin as gzip, bzip2, xz,
  /// zstd, or a ZIP archive of one file.
  ///
  /// - Throws: ``IngestError``.
  public static func open(
    _ text: String, options: SourceOptions = SourceOptions()
  ) throws(IngestError) -> any RecordSource {
    var source = try openAny(text, options: options)
    if let table = options.expectedTable, !(source is CSVSource) {
      source = try ColumnSelection.of(source, for: table)
    }
    try check(source.layout, of: source.name, against: options)
    return source
  }

  private static func openAny(
    _ text: String, options: SourceOptions
  ) throws(IngestError) -> any RecordSource {
    let status = FileSystem.status(of: text)
    if status?.isDirectory == true {
      return try ImageFolderSource(
        text, preparation: options.preparation, expectedShape: options.expectedShape, badData: options.badData
      )
    }
    // A model's own preparation says nothing of data that comes as its shape already.
    guard options.preparation.isNothing || options.expectedShape != nil else {
      throw IngestError(.noImageFolder, at: InputPosition(source: text))
    }
    if let (path, member) = NPZArchive.split(text) {
      if let input = try ZipTable.input(of: path, member: member) { return try open(input, options: options) }
      return try NPZArchive.open(
        path, array: member, labelsPath: options.labelsPath, memoryLimitBytes: options.memoryLimitBytes)
    }
    if text == "-" || status != nil {
      return try open(ByteInputs.open(text, spools: options.spoolsStandardInput), options: options)
    }
    if text.hasPrefix("random:") { return try RandomSource(parsing: text, seed: options.seed) }
    if text == "digits" { return try DigitsSource() }
    throw unknown(text)
  }

  static func open(_ input: any ByteInput, options: SourceOptions) throws(IngestError) -> any RecordSource {
    let head = try ByteStream.head(of: input, byteCount: 16).bytes
    if ZipArchive.isBeginning(head), input is FileInput {
      if let member = try ZipTable.input(of: input.name) { return try open(member, options: options) }
      return try NPZArchive.open(
        input.name, array: nil, labelsPath: options.labelsPath, memoryLimitBytes: options.memoryLimitBytes)
    }
    if NPYHeader.isBeginning(head) {
      return try ArraySource(
        npy: input, labelsPath: options.labelsPath, memoryLimitBytes: options.memoryLimitBytes)
    }
    if IDXHeader.isBeginning(head) { return try ArraySource(idx: input, labelsPath: options.labelsPath) }
    return try CSVSource(input, options: options)
  }

  /// Refuses samples of another shape than the model's.
  private static func check(
    _ layout: RecordLayout, of name: String, against options: SourceOptions
  ) throws(IngestError) {
    if let shape = options.expectedShape, shape != layout.shape {
      let isTable = shape.extents.count == 1 && layout.shape.extents.count == 1
      let kind: IngestError.Kind =
        isTable
        ? .columnCount(expected: shape.elementCount, found: layout.width)
        : .shapeMismatch(expected: shape, found: layout.shape)
      throw IngestError(kind, at: InputPosition(source: name))
    }
    if let columns = options.expectedColumns, !columns.isEmpty, columns.count != layout.width {
      let kind = IngestError.Kind.columnCount(expected: columns.count, found: layout.width)
      throw IngestError(kind, at: InputPosition(source: name))
    }
  }

  /// The error for a text that names nothing, with the nearest name that exists.
  private static func unknown(_ text: String) -> IngestError {
    let builtIn = ["digits"] + (text.contains("x") ? ["random:1000x30"] : [])
    let nearest = NearestSpelling.of(text, among: builtIn) ?? FileSystem.nearestPath(to: text)
    return IngestError(.unknownSource(text, nearest: nearest))
  }
}
