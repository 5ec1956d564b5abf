import CMisfit
import MisfitCore
import MisfitIngest

/// An Arrow array that was moved here; its producer's memory is released with the last view of it.
@safe
final class ArrowOwner: @unchecked Sendable {
  private var array: ArrowArray

  /// Moves an array: the caller's structure is marked as released.
  init(moving source: UnsafeMutablePointer<ArrowArray>) {
    unsafe array = source.pointee
    unsafe source.pointee.release = nil
  }

  deinit { unsafe array.release?(&array) }

  /// Calls `body` with the array.
  func with<Result>(_ body: (UnsafePointer<ArrowArray>) throws -> Result) rethrows -> Result {
    try unsafe withUnsafePointer(to: &array) { try unsafe body($0) }
  }
}

/// Reads the structures of the Arrow C data interface, and checks what they state before it is used.
struct ArrowImport {
  /// The name of the data in messages.
  let name: String
  /// The columns that may be of any type, since they are not read.
  var ignoredColumns: Set<String> = []

  private static let columnLimit = 1 << 20
  private static let depthLimit = 8

  /// Returns the columns of a schema of structures.
  ///
  /// - Throws: ``IngestError``.
  func fields(of schema: UnsafePointer<ArrowSchema>) throws(IngestError) -> [ArrowField] {
    guard unsafe schema.pointee.release != nil else { throw error("the schema was released") }
    guard unsafe text(schema.pointee.format) == "+s" else {
      throw error("the schema is not one of a record batch, an array of structures")
    }
    let count = unsafe schema.pointee.n_children
    guard count >= 0, count <= Self.columnLimit else { throw error("\(count) columns") }
    var fields: [ArrowField] = []
    for index in 0..<Int(count) {
      guard let child = unsafe schema.pointee.children?[index] else {
        throw error("column \(index + 1) is missing")
      }
      fields.append(try unsafe field(child, number: index + 1))
    }
    return fields
  }

  private func field(_ schema: UnsafePointer<ArrowSchema>, number: Int) throws(IngestError) -> ArrowField {
    let name = unsafe text(schema.pointee.name) ?? ""
    do throws(UnknownType) {
      let type = try unsafe type(schema, depth: 0)
      return unsafe ArrowField(name, type, extents: tensorExtents(schema, of: type))
    } catch {
      if ignoredColumns.contains(name) { return ArrowField(name, .null) }
      throw self.error("values of the type \(error.text)", column: name.isEmpty ? "column_\(number)" : name)
    }
  }

  private struct UnknownType: Error { var text: String }

  private func type(_ schema: UnsafePointer<ArrowSchema>, depth: Int) throws(UnknownType) -> ArrowType {
    let format = unsafe text(schema.pointee.format) ?? ""
    guard depth < Self.depthLimit, format.utf8.count < 100 else {
      throw UnknownType(text: "of too many levels")
    }
    if let dictionary = unsafe schema.pointee.dictionary {
      let values = try unsafe type(dictionary, depth: depth + 1)
      guard let index = ArrowType(format: format), index.isNumeric, values.byteCount != nil || values.isText,
        values.tensor.extents.isEmpty
      else { throw UnknownType(text: "dictionary, of values that are no cells") }
      return .dictionary(index: index, values: values)
    }
    var children: [ArrowType] = []
    if format.hasPrefix("+w:"), unsafe schema.pointee.n_children == 1,
      let child = unsafe schema.pointee.children?[0]
    {
      children.append(try unsafe type(child, depth: depth + 1))
    }
    guard let type = ArrowType(format: format, children: children) else {
      throw UnknownType(text: Self.typeText(format))
    }
    return type
  }

  private static func typeText(_ format: String) -> String {
    switch format {
    case "z", "Z", "vz": "binary"
    case "+l", "+L", "+vl", "+vL": "list"
    case "+s": "struct"
    case "+m": "map"
    case "+r": "run-end encoded"
    case "tiM", "tiD", "tin": "interval"
    default: format.hasPrefix("w:") ? "fixed-size binary" : "\"\(VisibleText.line(format))\""
    }
  }

  /// Returns the shape that the extension type of fixed-shape tensors states, if it has as many values.
  private func tensorExtents(_ schema: UnsafePointer<ArrowSchema>, of type: ArrowType) -> [Int]? {
    let listed = type.tensor.extents
    guard !listed.isEmpty, let metadata = unsafe ArrowMetadata(schema.pointee.metadata),
      metadata["ARROW:extension:name"] == "arrow.fixed_shape_tensor",
      let text = metadata["ARROW:extension:metadata"],
      let json = try? OptionValue(json: text), case .object(let members) = json,
      case .array(let shape)? = members["shape"]
    else { return nil }
    let extents = shape.compactMap(\.integer)
    if case .array(let order)? = members["permutation"], order.compactMap(\.integer) != Array(extents.indices)
    {
      return nil
    }
    return extents.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      == listed.reduce(1, *) ? extents : nil
  }

  /// Returns the rows of an array of structures.
  ///
  /// - Throws: ``IngestError`` if the array contradicts itself or the columns.
  func batch(_ owner: ArrowOwner, of fields: [ArrowField]) throws(IngestError) -> ArrowBatch {
    do {
      return try unsafe owner.with { array in try unsafe batch(array, owner, of: fields) }
    } catch let error as IngestError { throw error } catch { throw self.error("\(error)") }
  }

  private func batch(
    _ array: UnsafePointer<ArrowArray>, _ owner: ArrowOwner, of fields: [ArrowField]
  ) throws(IngestError) -> ArrowBatch {
    let (length, offset) = unsafe (array.pointee.length, array.pointee.offset)
    guard unsafe array.pointee.n_children == Int64(fields.count) else {
      throw error(
        "an array of \(unsafe array.pointee.n_children) columns, and the schema has \(fields.count)")
    }
    guard length >= 0, offset >= 0, length < 1 << 48, offset < 1 << 48 else {
      throw error("an array of \(length) rows from \(offset)")
    }
    if unsafe array.pointee.n_buffers >= 1, let bits = unsafe array.pointee.buffers?[0],
      unsafe array.pointee.null_count != 0
    {
      let validity = unsafe ArrowBuffer(bits, byteCount: Int(offset + length + 7) / 8, owner: owner)
      guard (Int(offset)..<Int(offset + length)).allSatisfy({ validity.bit($0) }) else {
        throw error("rows that are missing as a whole")
      }
    }
    var columns: [ArrowColumn] = []
    for (index, field) in fields.enumerated() {
      guard let child = unsafe array.pointee.children?[index] else {
        throw error("the array lacks it", column: field.name)
      }
      do throws(ArrowColumnProblem) {
        let rows = Int(offset)..<Int(offset + length)
        columns.append(try unsafe column(child, field.type, rows: rows, owner))
      } catch {
        throw self.error("an array that contradicts \(error.part)", column: field.name)
      }
    }
    return ArrowBatch(columns, rowCount: Int(length))
  }

  /// Returns some cells of an array; all of them if `rows` is nil.
  private func column(
    _ array: UnsafePointer<ArrowArray>, _ type: ArrowType, rows: Range<Int>?, _ owner: ArrowOwner
  ) throws(ArrowColumnProblem) -> ArrowColumn {
    let (length, start) = unsafe (array.pointee.length, array.pointee.offset)
    guard length >= 0, start >= 0, length < 1 << 48, start < 1 << 48 else {
      throw ArrowColumnProblem("its length")
    }
    let rows = rows ?? 0..<Int(length)
    // A column that is ignored is not read.
    if type == .null { return try ArrowColumn(.null, count: rows.count) }
    guard rows.upperBound <= Int(length) else { throw ArrowColumnProblem("its length") }
    let (offset, end) = (Int(start) + rows.lowerBound, Int(start) + rows.upperBound)
    let buffers = unsafe ArrowBuffers(array, owner)
    let validity =
      unsafe array.pointee.null_count == 0 ? nil : try buffers.optional(0, byteCount: (end + 7) / 8)
    switch type {
    case .fixedList(let count, let element):
      guard unsafe array.pointee.n_children == 1, let child = unsafe array.pointee.children?[0] else {
        throw ArrowColumnProblem("its lists")
      }
      let inner = try unsafe column(child, element, rows: nil, owner)
      guard inner.count / count >= end else { throw ArrowColumnProblem("the length of its lists") }
      return try ArrowColumn(type, count: rows.count, offset: offset, validity: validity, inner: inner)
    case .dictionary(let index, let values):
      guard let dictionary = unsafe array.pointee.dictionary else {
        throw ArrowColumnProblem("its dictionary")
      }
      return try unsafe ArrowColumn(
        type, count: rows.count, offset: offset, validity: validity,
        values: buffers.values(1, count: rows.isEmpty ? 0 : end, byteCount: index.byteCount ?? 8),
        inner: column(dictionary, values, rows: nil, owner))
    case .boolean:
      return try ArrowColumn(
        type, count: rows.count, offset: offset, validity: validity,
        values: buffers.values(1, count: rows.isEmpty ? 0 : (end + 7) / 8, byteCount: 1))
    case .text(let byteCount):
      let offsets = try buffers.values(1, count: rows.isEmpty ? 0 : end + 1, byteCount: byteCount)
      var last = 0
      if !rows.isEmpty {
        last =
          byteCount == 4
          ? Int(offsets.load(end, as: Int32.self)) : Int(clamping: offsets.load(end, as: Int64.self))
      }
      guard last >= 0, last < 1 << 56 else { throw ArrowColumnProblem("an offset") }
      return try ArrowColumn(
        type, count: rows.count, offset: offset, validity: validity, values: offsets,
        data: [buffers.values(2, count: last, byteCount: 1)])
    case .textView:
      return try ArrowColumn(
        type, count: rows.count, offset: offset, validity: validity,
        values: buffers.values(1, count: rows.isEmpty ? 0 : end, byteCount: 16), data: buffers.viewed())
    default:
      guard let byteCount = type.byteCount else { throw ArrowColumnProblem("its type") }
      return try ArrowColumn(
        type, count: rows.count, offset: offset, validity: validity,
        values: buffers.values(1, count: rows.isEmpty ? 0 : end, byteCount: byteCount))
    }
  }

  private func text(_ text: UnsafePointer<CChar>?) -> String? {
    unsafe text.map { unsafe String(cString: $0) }
  }

  private func error(_ detail: String, column: String? = nil) -> IngestError {
    IngestError(
      .unsupported(format: "Arrow", detail: detail), at: InputPosition(source: name, column: column))
  }
}

/// The buffers of an array.
@safe
private struct ArrowBuffers {
  private let array: UnsafePointer<ArrowArray>
  private let owner: ArrowOwner

  init(_ array: UnsafePointer<ArrowArray>, _ owner: ArrowOwner) {
    unsafe self.array = array
    self.owner = owner
  }

  private func address(_ index: Int) throws(ArrowColumnProblem) -> UnsafeRawPointer? {
    guard unsafe array.pointee.n_buffers > Int64(index), let buffers = unsafe array.pointee.buffers else {
      throw ArrowColumnProblem("its number of buffers")
    }
    return unsafe buffers[index]
  }

  /// Returns a buffer that may be absent.
  func optional(_ index: Int, byteCount: Int) throws(ArrowColumnProblem) -> ArrowBuffer? {
    unsafe try address(index).map { unsafe ArrowBuffer($0, byteCount: byteCount, owner: owner) }
  }

  /// Returns a buffer of `count` values.
  func values(_ index: Int, count: Int, byteCount: Int) throws(ArrowColumnProblem) -> ArrowBuffer {
    let (size, overflows) = count.multipliedReportingOverflow(by: byteCount)
    guard !overflows else { throw ArrowColumnProblem("its length") }
    guard count > 0 else { return .empty }
    guard let address = unsafe try address(index) else { throw ArrowColumnProblem("its buffers") }
    return unsafe ArrowBuffer(address, byteCount: size, owner: owner)
  }

  /// Returns the buffers of texts that views refer to, whose sizes are in the last buffer.
  func viewed() throws(ArrowColumnProblem) -> [ArrowBuffer] {
    let count = unsafe Int(array.pointee.n_buffers) - 3
    guard count >= 0, count <= 1 << 20 else { throw ArrowColumnProblem("its number of buffers") }
    let sizes = try values(count + 2, count: count, byteCount: 8)
    var buffers: [ArrowBuffer] = []
    for index in 0..<count {
      let size = sizes.load(index, as: Int64.self)
      guard size >= 0, size < 1 << 48 else { throw ArrowColumnProblem("the size of a buffer") }
      buffers.append(try values(index + 2, count: Int(size), byteCount: 1))
    }
    return buffers
  }
}

/// The metadata of a schema: numbers of four bytes and texts.
private struct ArrowMetadata {
  private var texts: [String: String] = [:]
  private static let byteLimit: Int32 = 1 << 20

  init?(_ start: UnsafePointer<CChar>?) {
    guard let start = unsafe start else { return nil }
    var bytes = unsafe UnsafeRawPointer(start)
    func number() -> Int32 {
      defer { unsafe bytes += 4 }
      return unsafe bytes.loadUnaligned(as: Int32.self)
    }
    func text() -> String? {
      let count = number()
      guard count >= 0, count <= Self.byteLimit else { return nil }
      defer { unsafe bytes += Int(count) }
      return unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
    }
    let count = number()
    guard count >= 0, count <= 1_000 else { return nil }
    for _ in 0..<count {
      guard let key = text(), let value = text() else { return nil }
      texts[key] = value
    }
  }

  subscript(key: String) -> String? { texts[key] }
}
