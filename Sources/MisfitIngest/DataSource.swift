import MisfitCore

/// Opens anything that a user can name as data.
public enum DataSource {
  /// Opens `-`, `digits`, `random:ROWSxCOLUMNS`, an array of an NPZ archive (`table.npz:X`), a file, a folder
  /// of images or of tables, or the files that a pattern such as `day-*.csv` matches.
  ///
  /// Files are recognized by their first bytes, not by their names, and decompressed if they begin as gzip,
  /// bzip2, xz, zstd, LZ4, or a ZIP archive of one file. Several tables become one; see
  /// ``open(_:options:)-([String],_)``.
  ///
  /// - Throws: ``IngestError``.
  public static func open(
    _ text: String, options: SourceOptions = SourceOptions()
  ) throws(IngestError) -> any RecordSource {
    try open([text], options: options)
  }

  /// Opens several tables as one, or several images.
  ///
  /// Columns are found by their names, in any order; a table that lacks one is an error. The identifier of a
  /// record without one of its own is file and number: `part1.csv:17`.
  ///
  /// - Throws: ``IngestError``.
  /// - Precondition: there is at least one text.
  public static func open(
    _ texts: [String], options: SourceOptions = SourceOptions()
  ) throws(IngestError) -> any RecordSource {
    precondition(!texts.isEmpty, "nothing to open")
    var source = try openAny(texts, options: options)
    if let table = options.expectedTable { source = try ColumnSelection.of(source, for: table) }
    try check(source.layout, of: source.name, against: options)
    guard options.keptColumns == .none || source.cells != nil else {
      throw IngestError(.noTable(option: "\(.keptColumns)"), at: InputPosition(source: source.name))
    }
    return source
  }

  /// Returns the files that texts name, with the images and tables of folders and the matches of patterns;
  /// empty if they cannot be read.
  package static func filePaths(of texts: [String]) -> [String] {
    guard let set = try? FileSet(texts) else { return [] }
    guard set.areImages else { return set.files.map(\.path) }
    return (try? ImageListing(set))?.entries.map(\.path) ?? []
  }

  private static func openAny(
    _ texts: [String], options: SourceOptions
  ) throws(IngestError) -> any RecordSource {
    let set = try FileSet(texts)
    // Data that has the model's shape already needs none of the model's preparation.
    let prepares = !options.preparation.isNothing && options.expectedShape == nil
    if set.areImages {
      return try ImageFolderSource(
        set, preparation: options.preparation, expectedShape: options.expectedShape,
        badData: options.badData, threadCount: options.threadCount)
    }
    guard !prepares else { throw IngestError(.noImageFolder, at: InputPosition(source: set.name)) }
    guard set.files.count > 1 else { return try openOne(set.files[0].path, options: options) }
    var origins: [CSVPart.Origin] = []
    for file in set.files {
      origins.append(CSVPart.Origin(input: try table(file.path, options: options), idPrefix: file.id))
    }
    return try CSVSource(origins, name: set.name, notes: set.notes, options: options)
  }

  private static func openOne(
    _ text: String, options: SourceOptions
  ) throws(IngestError) -> any RecordSource {
    if let (path, member) = NPZArchive.split(text) {
      if let input = try ZipTable.input(of: path, member: member) { return try open(input, options: options) }
      return try NPZArchive.open(
        path, array: member, labelsPath: options.labelsPath, memoryLimitBytes: options.memoryLimitBytes)
    }
    if text == "-" || FileSystem.status(of: text) != nil {
      return try open(ByteInputs.open(text, spools: options.spoolsStandardInput), options: options)
    }
    if text.hasPrefix("random:") { return try RandomSource(parsing: text, seed: options.seed) }
    if text == "digits" { return try DigitsSource() }
    throw unknown(text)
  }

  /// Returns the text of a table that is read together with others.
  private static func table(_ text: String, options: SourceOptions) throws(IngestError) -> any ByteInput {
    let place = InputPosition(source: text)
    if text != "-", FileSystem.status(of: text) == nil, NPZArchive.split(text) == nil {
      if text == "digits" || text.hasPrefix("random:") {
        throw IngestError(.partKind("a built-in source"), at: place)
      }
      throw unknown(text)
    }
    if let (path, member) = NPZArchive.split(text), let input = try ZipTable.input(of: path, member: member) {
      return input
    }
    let input = try ByteInputs.open(text, spools: options.spoolsStandardInput)
    let head = try ByteStream.head(of: input, byteCount: 16).bytes
    if ZipArchive.isBeginning(head), input is FileInput, let member = try ZipTable.input(of: text) {
      return member
    }
    if NPYHeader.isBeginning(head) || IDXHeader.isBeginning(head) || ZipArchive.isBeginning(head) {
      throw IngestError(.partKind("an array"), at: place)
    }
    guard ArrowFile.isBeginning(head) else { return input }
    let arrow = try ArrowFile.table(input, options: options)
    guard arrow.fields.allSatisfy({ $0.type.tensor.extents.isEmpty }) else {
      throw IngestError(.partKind("an Arrow table of lists"), at: place)
    }
    return ArrowInput(table: arrow)
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
    if ArrowFile.isBeginning(head) {
      return try open(arrow: ArrowFile.table(input, options: options), options: options)
    }
    return try CSVSource(input, options: options)
  }

  /// Refuses samples of another shape than the model's.
  static func check(
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

  /// Returns the error for a text that names no source, with the nearest name that exists.
  private static func unknown(_ text: String) -> IngestError {
    let builtIn = ["digits"] + (text.contains("x") ? ["random:1000x30"] : [])
    let nearest = NearestSpelling.of(text, among: builtIn) ?? FileSystem.nearestPath(to: text)
    return IngestError(.unknownSource(text, nearest: nearest))
  }
}
