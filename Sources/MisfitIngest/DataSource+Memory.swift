import MisfitCore

extension DataSource {
  /// Opens the bytes of a file in memory.
  ///
  /// - Throws: ``IngestError``.
  package static func open(
    bytes: ArrowBuffer, name: String, options: SourceOptions
  ) throws(IngestError) -> any RecordSource {
    try checked(open(BufferInput(name: name, buffer: bytes), options: options), options)
  }

  /// Opens a row-major array: `type` is that of NumPy, such as `f4`, and `extents` begin with the number of
  /// samples.
  ///
  /// - Throws: ``IngestError``; its byte offsets count from the header of an NPY file.
  package static func open(
    array: ArrowBuffer, type: String, extents: [Int], name: String, options: SourceOptions
  ) throws(IngestError) -> any RecordSource {
    let shape = extents.map(String.init).joined(separator: ", ") + (extents.count == 1 ? "," : "")
    let text =
      "{'descr': '\(type.hasSuffix("1") ? "|" : "<")\(type)', 'fortran_order': False, 'shape': (\(shape))}"
    let header =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)]
    let input = BufferInput(name: name, header: header + Array(text.utf8), buffer: array)
    return try checked(
      ArraySource(npy: input, labelsPath: options.labelsPath, memoryLimitBytes: options.memoryLimitBytes),
      options)
  }

  /// Opens a table of Arrow columns, or of lists of numbers.
  ///
  /// - Throws: ``IngestError``.
  package static func open(_ table: ArrowTable, options: SourceOptions) throws(IngestError)
    -> any RecordSource
  {
    try checked(open(arrow: table, options: options), options)
  }

  static func open(arrow table: ArrowTable, options: SourceOptions) throws(IngestError) -> any RecordSource {
    let hasLists = table.fields.contains { !$0.type.tensor.extents.isEmpty }
    return try hasLists ? ArrowTensorSource(table, options: options) : ArrowSource(table, options: options)
  }

  private static func checked(
    _ source: any RecordSource, _ options: SourceOptions
  ) throws(IngestError) -> any RecordSource {
    var source = source
    if let table = options.expectedTable { source = try ColumnSelection.of(source, for: table) }
    try check(source.layout, of: source.name, against: options)
    return source
  }
}
