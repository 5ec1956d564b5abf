// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names and the documentation of the functions are those of misfit.h.

import CMisfit
import Misfit
import MisfitCore
import MisfitIngest

@c @implementation
public func misfit_data_open(
  _ paths: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int64, _ optionText: UnsafePointer<CChar>?,
  _ data: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let data = unsafe try target(data, "data")
    guard let paths = unsafe paths else { throw InterfaceError(.argument, "`paths` is NULL") }
    guard count >= 1, count <= 1 << 24 else { throw InterfaceError(.argument, "`count` is \(count)") }
    var names: [String] = []
    for index in 0..<Int(count) {
      guard let name = unsafe try text(paths[index], "paths") else {
        throw InterfaceError(.argument, "a path is NULL")
      }
      names.append(name)
    }
    let options = unsafe try SourceOptions(json: options(optionText))
    unsafe data.pointee = handle(DataHandle(.paths(names), options: options))
  }
}

@c @implementation
public func misfit_data_bytes(
  _ bytes: UnsafeRawPointer?, _ count: Int64, _ name: UnsafePointer<CChar>?,
  _ optionText: UnsafePointer<CChar>?, _ data: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let data = unsafe try target(data, "data")
    guard count >= 0, count < 1 << 48 else { throw InterfaceError(.argument, "`count` is \(count)") }
    let isMissing = unsafe bytes == nil
    guard count == 0 || !isMissing else { throw InterfaceError(.argument, "`bytes` is NULL") }
    let copy = unsafe ArrowBuffer(Array(UnsafeRawBufferPointer(start: bytes, count: Int(count))))
    let options = unsafe try SourceOptions(json: options(optionText))
    let content = unsafe try DataHandle.Content.bytes(copy, name: text(name, "name") ?? "data")
    unsafe data.pointee = handle(DataHandle(content, options: options))
  }
}

/// The types of plain numbers in the order of misfit.h, by their names in NumPy.
private let elementTypes = ["f4", "f8", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "b1"]

@c @implementation
public func misfit_data_array(
  _ values: UnsafeRawPointer?, _ type: Int32, _ shape: UnsafePointer<Int64>?, _ dimensionCount: Int32,
  _ name: UnsafePointer<CChar>?, _ optionText: UnsafePointer<CChar>?,
  _ data: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    let data = unsafe try target(data, "data")
    guard elementTypes.indices.contains(Int(type)) else {
      throw InterfaceError(.argument, "`type` is \(type)")
    }
    guard let shape = unsafe shape else { throw InterfaceError(.argument, "`shape` is NULL") }
    guard (1...4).contains(dimensionCount) else {
      throw InterfaceError(.argument, "an array of \(dimensionCount) dimensions")
    }
    var extents: [Int] = []
    var byteCount = Int(elementTypes[Int(type)].suffix(1)) ?? 1
    for index in 0..<Int(dimensionCount) {
      let extent = unsafe Int(shape[index])
      let (product, overflows) = byteCount.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflows, product < 1 << 56 else {
        throw InterfaceError(.argument, "an array of the extent \(extent)")
      }
      extents.append(extent)
      byteCount = product
    }
    let isMissing = unsafe values == nil
    guard byteCount == 0 || !isMissing else { throw InterfaceError(.argument, "`values` is NULL") }
    let options = unsafe try SourceOptions(json: options(optionText))
    let content = unsafe try DataHandle.Content.array(
      ArrowBuffer(values, byteCount: byteCount, owner: nil), type: elementTypes[Int(type)], extents: extents,
      name: text(name, "name") ?? "array")
    unsafe data.pointee = handle(DataHandle(content, options: options))
  }
}

@c @implementation
public func misfit_data_arrow(
  _ schema: UnsafeMutablePointer<ArrowSchema>?, _ array: UnsafeMutablePointer<ArrowArray>?,
  _ name: UnsafePointer<CChar>?, _ optionText: UnsafePointer<CChar>?,
  _ data: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error, hasLines: false) {
    // Both are taken in any case.
    let owner = unsafe array.flatMap { array in
      unsafe array.pointee.release == nil ? nil : unsafe ArrowOwner(moving: array)
    }
    defer {
      unsafe schema?.pointee.release?(schema)
      unsafe schema?.pointee.release = nil
    }
    let data = unsafe try target(data, "data")
    guard let schema = unsafe schema else { throw InterfaceError(.argument, "`schema` is NULL") }
    guard let owner else { throw InterfaceError(.argument, "`array` is NULL or was released") }
    let options = unsafe try SourceOptions(json: options(optionText))
    let reader = unsafe try ArrowImport(
      name: text(name, "name") ?? "table", ignoredColumns: Set(options.ignoredColumns))
    let fields = unsafe try reader.fields(of: schema)
    let table = ArrowTable(name: reader.name, fields: fields, batches: [try reader.batch(owner, of: fields)])
    unsafe data.pointee = handle(DataHandle(.table(table), options: options))
  }
}

@c @implementation
public func misfit_data_stream(
  _ stream: UnsafeMutablePointer<ArrowArrayStream>?, _ keepsBatches: Int32, _ name: UnsafePointer<CChar>?,
  _ optionText: UnsafePointer<CChar>?, _ data: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error, hasLines: false) {
    guard let stream = unsafe stream, unsafe stream.pointee.release != nil else {
      throw InterfaceError(.argument, "`stream` is NULL or was released")
    }
    let owner = unsafe ArrowStreamOwner(
      moving: stream, name: (try? text(name, "name")) ?? "stream")
    let data = unsafe try target(data, "data")
    let options = unsafe try SourceOptions(json: options(optionText))
    let reader = unsafe try ArrowImport(
      name: text(name, "name") ?? "stream", ignoredColumns: Set(options.ignoredColumns))
    let fields = try owner.fields(reader)
    let table = try ArrowTable(name: reader.name, fields: fields, keepsBatches: keepsBatches != 0) {
      () throws(IngestError) in try owner.next(reader, fields)
    }
    unsafe data.pointee = handle(DataHandle(.table(table), options: options))
  }
}

@c @implementation
public func misfit_data_free(_ data: OpaquePointer?) { unsafe free(data) }
