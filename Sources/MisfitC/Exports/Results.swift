// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names and the documentation of the functions are those of misfit.h.

import CMisfit
import Misfit
import MisfitIngest

/// Runs a call that returns a table of results.
private func table(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ callbacks: UnsafePointer<MisfitCallbacks>?,
  _ table: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?,
  _ body: (Detector, DataHandle, Reporting) throws -> ResultTable
) -> Int32 {
  unsafe call(error, hasLines: hasLines(data)) {
    let table = unsafe try target(table, "table")
    let model = unsafe try object(model, ModelHandle.self, "model")
    let data = unsafe try object(data, DataHandle.self, "data")
    let reporting = unsafe Reporting(callbacks)
    unsafe table.pointee = handle(TableHandle(try body(model.detector, data, reporting)))
  }
}

@c @implementation
public func misfit_score(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ optionText: UnsafePointer<CChar>?,
  _ callbacks: UnsafePointer<MisfitCallbacks>?, _ result: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe table(model, data, callbacks, result, error) { detector, data, reporting in
    let options = unsafe try ScoringOptions(json: options(optionText))
    return try Operations.score(Operations.scoring(detector, data, options, reporting), reporting)
  }
}

@c @implementation
public func misfit_rank(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ count: Int64, _ optionText: UnsafePointer<CChar>?,
  _ callbacks: UnsafePointer<MisfitCallbacks>?, _ result: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe table(model, data, callbacks, result, error) { detector, data, reporting in
    guard count >= 1, count <= 1 << 32 else { throw InterfaceError(.argument, "`count` is \(count)") }
    let options = unsafe try ScoringOptions(json: options(optionText))
    let scoring = try Operations.scoring(detector, data, options, reporting)
    return try Operations.rank(scoring, count: Int(count), reporting)
  }
}

@c @implementation
public func misfit_reasons(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ top: Int64, _ optionText: UnsafePointer<CChar>?,
  _ callbacks: UnsafePointer<MisfitCallbacks>?, _ result: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe table(model, data, callbacks, result, error) { detector, data, reporting in
    guard top >= 1 else { throw InterfaceError(.argument, "`top` is \(top)") }
    let options = unsafe try ScoringOptions(json: options(optionText))
    let scoring = try Operations.scoring(detector, data, options, reporting)
    return try Operations.reasons(scoring, top: Int(clamping: top), reporting)
  }
}

@c @implementation
public func misfit_check(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ alpha: Double,
  _ optionText: UnsafePointer<CChar>?, _ callbacks: UnsafePointer<MisfitCallbacks>?,
  _ result: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe table(model, data, callbacks, result, error) { detector, data, reporting in
    guard alpha.isNaN || (alpha > 0 && alpha < 1) else {
      throw InterfaceError(.argument, "`alpha` is \(alpha), which is not a number between 0 and 1")
    }
    let options = unsafe try ScoringOptions(json: options(optionText))
    return try Operations.check(
      detector, data, alpha: alpha.isNaN ? nil : alpha, threadCount: options.threadCount, reporting)
  }
}

@c @implementation
public func misfit_encode(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ callbacks: UnsafePointer<MisfitCallbacks>?,
  _ result: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe table(model, data, callbacks, result, error) { try Operations.encode($0, $1, $2) }
}

@c @implementation
public func misfit_reconstruct(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ callbacks: UnsafePointer<MisfitCallbacks>?,
  _ result: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe table(model, data, callbacks, result, error) { try Operations.reconstruct($0, $1, $2) }
}

@c @implementation
public func misfit_score_stream(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ optionText: UnsafePointer<CChar>?,
  _ stream: UnsafeMutablePointer<ArrowArrayStream>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error, hasLines: hasLines(data)) {
    guard let stream = unsafe stream else { throw InterfaceError(.argument, "`stream` is NULL") }
    unsafe stream.pointee = ArrowArrayStream()
    let model = unsafe try object(model, ModelHandle.self, "model")
    let data = unsafe try object(data, DataHandle.self, "data")
    let options = unsafe try ScoringOptions(json: options(optionText))
    let scoring = try Operations.scoring(model.detector, data, options, unsafe Reporting(nil))
    unsafe ResultStream(scoring).export(into: stream)
  }
}

@c @implementation
public func misfit_report(
  _ model: OpaquePointer?, _ data: OpaquePointer?, _ folder: UnsafePointer<CChar>?,
  _ optionText: UnsafePointer<CChar>?, _ callbacks: UnsafePointer<MisfitCallbacks>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error, hasLines: hasLines(data)) {
    let model = unsafe try object(model, ModelHandle.self, "model")
    let data = unsafe try object(data, DataHandle.self, "data")
    guard let folder = unsafe try text(folder, "folder"), !folder.isEmpty else {
      throw InterfaceError(.argument, "`folder` is NULL or empty")
    }
    let options = unsafe try ScoringOptions(json: options(optionText))
    let reporting = unsafe Reporting(callbacks)
    let scoring = try Operations.scoring(model.detector, data, options, reporting)
    try Operations.report(scoring, to: folder, reporting)
  }
}

@c @implementation
public func misfit_table_row_count(_ table: OpaquePointer?) -> Int64 {
  unsafe Int64((try? object(table, TableHandle.self, "table"))?.table.rowCount ?? 0)
}

@c @implementation
public func misfit_table_doubles(
  _ table: OpaquePointer?, _ column: UnsafePointer<CChar>?
) -> UnsafePointer<Double>! {
  guard let table = unsafe try? object(table, TableHandle.self, "table").table,
    let name = unsafe try? text(column, "column"),
    let column = table.columns.first(where: { $0.name == name }),
    case .doubles(let values) = column.values
  else { return nil }
  return unsafe values.withAddress { unsafe $0?.assumingMemoryBound(to: Double.self) }
}

@c @implementation
public func misfit_table_stream(
  _ table: OpaquePointer?, _ stream: UnsafeMutablePointer<ArrowArrayStream>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  unsafe call(error) {
    guard let stream = unsafe stream else { throw InterfaceError(.argument, "`stream` is NULL") }
    unsafe stream.pointee = ArrowArrayStream()
    let table = unsafe try object(table, TableHandle.self, "table").table
    unsafe ResultStream(table).export(into: stream)
  }
}

@c @implementation
public func misfit_table_free(_ table: OpaquePointer?) { unsafe free(table) }
