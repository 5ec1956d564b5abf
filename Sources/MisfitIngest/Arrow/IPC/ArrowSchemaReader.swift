import MisfitCore

/// Reads the schema of Arrow messages.
struct ArrowSchemaReader {
  /// The name of the data in messages.
  let name: String
  /// The columns that may be of any type, since they are not read.
  let skipped: ArrowSkippedColumns
  /// The version of the metadata: 3 for V4, 4 for V5.
  let version: Int16
  private var fieldCount = 0
  private var textByteCount = 0
  private var schema = ArrowMessageSchema()

  // Fields may share their bytes, so that a few bytes could describe any number of them.
  private static let fieldLimit = 1 << 20
  private static let textByteLimit = 1 << 26
  private static let depthLimit = 8

  init(name: String, skipped: ArrowSkippedColumns, version: Int16) {
    self.name = name
    self.skipped = skipped
    self.version = version
  }

  /// Reads a table `Schema` of a message.
  ///
  /// - Throws: ``FlatProblem`` if it contradicts itself, and ``IngestError`` for columns that cannot be read.
  mutating func read(_ table: FlatTable) throws -> ArrowMessageSchema {
    guard try table.integer(0, or: Int16(0)) == 0 else { throw unsupported("numbers in big-endian order") }
    for index in 0..<(try table.tableCount(1)) {
      let field = try table.table(1, at: index)
      let fieldName = try text(field, 0) ?? ""
      let layout: ArrowLayout
      var type = ArrowType.null
      do {
        (type, layout) = try self.layout(field, depth: 0)
      } catch let unread as UnreadType {
        guard skipped.contains(fieldName) else {
          let shown = fieldName.isEmpty ? "column_\(index + 1)" : fieldName
          throw unsupported("values of the type \(unread.text)", column: shown)
        }
        layout = unread.layout
      }
      schema.layouts.append(layout)
      schema.fields.append(ArrowField(fieldName, type, extents: try extents(field, of: type)))
    }
    return schema
  }

  /// A type without cells of a table, and its buffers.
  private struct UnreadType: Error {
    var text: String
    var layout: ArrowLayout
  }

  private mutating func layout(_ field: FlatTable, depth: Int) throws -> (ArrowType, ArrowLayout) {
    fieldCount += 1
    guard depth < Self.depthLimit, fieldCount <= Self.fieldLimit else { throw FlatProblem() }
    var children: [(type: ArrowType?, layout: ArrowLayout)] = []
    for index in 0..<(try field.tableCount(5)) {
      do {
        let child = try layout(try field.table(5, at: index), depth: depth + 1)
        children.append((child.0, child.1))
      } catch let unread as UnreadType { children.append((nil, unread.layout)) }
    }
    let shape = try ArrowTypeShape(field, childTypes: children.map(\.type))
    // Before V5, unions had a bitmap of validity.
    guard version >= 4 || shape.text != "union" else { throw FlatProblem() }
    var layout = ArrowLayout(
      type: shape.type, bufferCount: shape.bufferCount, hasViews: shape.hasViews,
      children: children.map(\.layout))
    guard let dictionary = try field.table(4) else {
      guard let type = shape.type else {
        layout.type = nil
        throw UnreadType(text: shape.text, layout: layout)
      }
      return (type, layout)
    }
    let index = try ArrowTypeShape.index(of: dictionary)
    let identifier = try dictionary.integer(0, or: Int64(0))
    var cells = ArrowLayout(type: nil, bufferCount: 2, dictionaryID: identifier)
    guard let values = shape.type, values.byteCount != nil || values.isText, values.tensor.extents.isEmpty,
      let index
    else { throw UnreadType(text: "dictionary, of values that are no cells", layout: cells) }
    if let other = schema.dictionaries[identifier], other != layout { throw FlatProblem() }
    schema.dictionaries[identifier] = layout
    // The values become texts once, when their dictionary is read.
    cells.type = .dictionary(index: index, values: ArrowDictionary.type)
    return (.dictionary(index: index, values: values), cells)
  }

  /// Returns the shape that the extension type of fixed-shape tensors states, if it has as many values.
  private mutating func extents(_ field: FlatTable, of type: ArrowType) throws -> [Int]? {
    let listed = type.tensor.extents
    guard !listed.isEmpty else { return nil }
    var metadata: [String: String] = [:]
    for index in 0..<min(try field.tableCount(6), 1_000) {
      let pair = try field.table(6, at: index)
      if let key = try text(pair, 0), let value = try text(pair, 1) { metadata[key] = value }
    }
    guard metadata["ARROW:extension:name"] == "arrow.fixed_shape_tensor" else { return nil }
    return ArrowTensorShape(json: metadata["ARROW:extension:metadata"] ?? "")?.extents(of: listed)
  }

  private mutating func text(_ table: FlatTable, _ index: Int) throws(FlatProblem) -> String? {
    let text = try table.text(index, byteLimit: Self.textByteLimit - textByteCount)
    textByteCount += text?.utf8.count ?? 0
    return text
  }

  private func unsupported(_ detail: String, column: String? = nil) -> IngestError {
    IngestError(
      .unsupported(format: "Arrow", detail: detail), at: InputPosition(source: name, column: column))
  }
}

/// The columns of a table that are not read, so that they may be of any type.
struct ArrowSkippedColumns: Sendable {
  private let ignored: Set<String>
  /// The columns that are read; nil for all that are not ignored.
  private let used: Set<String>?

  /// Creates the columns that options for a source leave out: those that are ignored, and those that a model
  /// does not know.
  init(_ options: SourceOptions) {
    ignored = Set(options.ignoredColumns)
    let texts = [options.idColumn, options.labelColumn, options.usualIDColumn, options.usualLabelColumn]
    var kept: [String] = []
    var keepsAll = false
    switch options.keptColumns {
    case .none: break
    case .all: keepsAll = true
    case .named(let names): kept = names
    }
    used =
      keepsAll ? nil : options.expectedColumns.map { Set($0 + texts.compactMap(\.self) + kept) }
  }

  /// Returns whether a column is not read.
  func contains(_ name: String) -> Bool {
    ignored.contains(name) || !(used?.contains(name) ?? true)
  }
}
