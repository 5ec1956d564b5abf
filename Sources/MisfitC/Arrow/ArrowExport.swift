import CMisfit
import MisfitIngest

/// Fills the structures of the Arrow C data interface with tables of results, without copying their columns.
enum ArrowExport {
  /// Writes the schema of a table.
  static func schema(of columns: [ResultColumn], into target: UnsafeMutablePointer<ArrowSchema>) {
    unsafe target.initialize(to: schema("+s", name: "", children: columns.map { unsafe schema(of: $0) }))
  }

  /// Writes the rows of a table.
  static func array(of table: ResultTable, into target: UnsafeMutablePointer<ArrowArray>) {
    unsafe target.initialize(
      to: array(
        rowCount: table.rowCount, nullCount: 0, buffers: [nil], owner: table,
        children: table.columns.map { unsafe array(of: $0, rowCount: table.rowCount) }))
  }

  private static func schema(of column: ResultColumn) -> ArrowSchema {
    guard case .lists(let count, _) = column.values else {
      return unsafe schema(column.values.format, name: column.name, children: [])
    }
    return unsafe schema(
      "+w:\(count)", name: column.name, children: [schema("g", name: "item", children: [])])
  }

  private static func array(of column: ResultColumn, rowCount: Int) -> ArrowArray {
    if case .lists(let count, let numbers) = column.values {
      let inner = unsafe array(
        rowCount: rowCount * count, nullCount: 0, buffers: [nil, numbers], owner: column, children: [])
      return unsafe array(
        rowCount: rowCount, nullCount: 0, buffers: [nil], owner: column, children: [inner])
    }
    return unsafe array(
      rowCount: rowCount, nullCount: column.nullCount, buffers: [column.validity] + column.values.buffers,
      owner: column, children: [])
  }

  private static func schema(_ format: String, name: String, children: [ArrowSchema]) -> ArrowSchema {
    var schema = unsafe ArrowSchema()
    unsafe schema.format = UnsafePointer(duplicate(format))
    unsafe schema.name = UnsafePointer(duplicate(name))
    unsafe schema.flags = Int64(ARROW_FLAG_NULLABLE)
    unsafe schema.n_children = Int64(unsafe children.count)
    unsafe schema.children = pointers(to: children)
    unsafe schema.release = { schema in
      guard let schema = unsafe schema else { return }
      for index in 0..<Int(unsafe schema.pointee.n_children) {
        guard let child = unsafe schema.pointee.children[index] else { continue }
        unsafe child.pointee.release?(child)
        unsafe child.deallocate()
      }
      unsafe schema.pointee.children?.deallocate()
      unsafe UnsafeMutablePointer(mutating: schema.pointee.format)?.deallocate()
      unsafe UnsafeMutablePointer(mutating: schema.pointee.name)?.deallocate()
      unsafe schema.pointee.release = nil
    }
    return unsafe schema
  }

  private static func array(
    rowCount: Int, nullCount: Int, buffers: [ArrowBuffer?], owner: AnyObject, children: [ArrowArray]
  ) -> ArrowArray {
    var array = unsafe ArrowArray()
    unsafe array.length = Int64(rowCount)
    unsafe array.null_count = Int64(nullCount)
    unsafe array.n_buffers = Int64(buffers.count)
    let addresses = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: buffers.count)
    for (index, buffer) in buffers.enumerated() {
      unsafe (addresses + index).initialize(to: buffer?.withAddress { unsafe $0 } ?? nil)
    }
    unsafe array.buffers = addresses
    unsafe array.n_children = Int64(unsafe children.count)
    unsafe array.children = pointers(to: children)
    // The columns stay alive as long as one of their arrays, which a consumer may move.
    unsafe array.private_data = Unmanaged.passRetained(owner).toOpaque()
    unsafe array.release = { array in
      guard let array = unsafe array else { return }
      for index in 0..<Int(unsafe array.pointee.n_children) {
        guard let child = unsafe array.pointee.children[index] else { continue }
        unsafe child.pointee.release?(child)
        unsafe child.deallocate()
      }
      unsafe array.pointee.children?.deallocate()
      unsafe array.pointee.buffers?.deallocate()
      if let owner = unsafe array.pointee.private_data {
        unsafe Unmanaged<AnyObject>.fromOpaque(owner).release()
      }
      unsafe array.pointee.release = nil
    }
    return unsafe array
  }

  private static func pointers<Structure>(
    to children: [Structure]
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<Structure>?>? {
    guard !children.isEmpty else { return nil }
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<Structure>?>.allocate(capacity: children.count)
    for (index, child) in children.enumerated() {
      let pointer = UnsafeMutablePointer<Structure>.allocate(capacity: 1)
      unsafe pointer.initialize(to: child)
      unsafe (pointers + index).initialize(to: pointer)
    }
    return unsafe pointers
  }

  /// Returns a copy of a text that ends with a zero.
  static func duplicate(_ text: String) -> UnsafeMutablePointer<CChar> {
    let bytes = text.utf8CString
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    for (index, byte) in bytes.enumerated() { unsafe (copy + index).initialize(to: byte) }
    return unsafe copy
  }
}
