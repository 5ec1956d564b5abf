import CMisfit

/// An error of the interface.
struct CallError: Error, Equatable {
  var code: Int32
  var text: String
}

/// An object of the interface, which is freed with this one.
@safe
final class Handle: @unchecked Sendable {
  let pointer: OpaquePointer
  private let free: (OpaquePointer?) -> Void

  init(_ pointer: OpaquePointer, _ free: @escaping (OpaquePointer?) -> Void) {
    unsafe self.pointer = pointer
    self.free = free
  }

  deinit { unsafe free(pointer) }
}

/// The functions of misfit.h, with errors that are thrown.
enum Interface {
  typealias Target = UnsafeMutablePointer<OpaquePointer?>

  /// Throws the error of a call.
  static func check(_ call: (Target) -> Int32) throws(CallError) {
    var error: OpaquePointer?
    let code = unsafe call(&error)
    guard code != 0 else { return }
    let text = unsafe misfit_error_text(error).map { unsafe String(cString: $0) } ?? ""
    let own = unsafe misfit_error_code(error)
    unsafe misfit_error_free(error)
    throw CallError(code: own == code ? code : -1, text: text)
  }

  /// Returns the object of a call.
  static func object(
    _ free: @escaping (OpaquePointer?) -> Void, _ call: (Target, Target) -> Int32
  ) throws(CallError) -> Handle {
    var result: OpaquePointer?
    try unsafe check { error in unsafe call(&result, error) }
    guard let result = unsafe result else { throw CallError(code: -2, text: "no object") }
    return unsafe Handle(result, free)
  }

  /// Returns the data of a text.
  static func data(_ text: String, options: String? = nil) throws(CallError) -> Handle {
    try unsafe object({ unsafe misfit_data_free($0) }) { data, error in
      unsafe misfit_data_bytes(text, Int64(text.utf8.count), "table.csv", options, data, error)
    }
  }

  /// Returns the data of a batch of columns.
  static func data(_ batch: HandMadeBatch, options: String? = nil) throws(CallError) -> Handle {
    try unsafe object({ unsafe misfit_data_free($0) }) { data, error in
      unsafe misfit_data_arrow(batch.schema, batch.array, "batch", options, data, error)
    }
  }

  /// Returns a fitted model.
  static func fit(
    _ data: Handle, _ options: String = #"{"model": "pca", "seed": 1}"#,
    callbacks: UnsafePointer<MisfitCallbacks>? = nil
  ) throws(CallError) -> Handle {
    try unsafe object({ unsafe misfit_model_free($0) }) { model, error in
      unsafe misfit_fit(data.pointer, options, callbacks, model, error)
    }
  }

  /// Returns a table of scores.
  static func table(_ model: Handle, _ data: Handle, options: String? = nil) throws(CallError) -> Handle {
    try unsafe object({ unsafe misfit_table_free($0) }) { table, error in
      unsafe misfit_score(model.pointer, data.pointer, options, nil, table, error)
    }
  }

  /// Returns a column of doubles.
  static func doubles(_ table: Handle, _ column: String) -> [Double] {
    let count = unsafe Int(misfit_table_row_count(table.pointer))
    guard let values = unsafe misfit_table_doubles(table.pointer, column) else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: values, count: count))
  }

  /// Returns the scores of data.
  static func scores(_ model: Handle, _ data: Handle) throws(CallError) -> [Double] {
    doubles(try table(model, data), "score")
  }

  /// The rows of a table with columns of several kinds, as text.
  static func rows(_ count: Int) -> String {
    var text = "load,host,count,day,isOpen\n"
    for row in 0..<count {
      let load = row % 9 == 4 ? "" : "\(Double(row * 37 % 101) / 8)"
      let day = "2024-\(row % 12 + 1 < 10 ? "0" : "")\(row % 12 + 1)-15"
      text += "\(load),\(["a", "bb", "c,c"][row % 3] == "c,c" ? "\"c,c\"" : ["a", "bb"][row % 3]),"
      text += "\(row * 13 % 41),\(day),\(row % 2 == 0 ? "true" : "false")\n"
    }
    return text
  }

  /// The same rows as columns, from `offset` padding rows on.
  static func columns(_ count: Int, offset: Int = 0) -> [HandMadeColumn] {
    let rows = Array(repeating: 0, count: offset) + Array(0..<count)
    let loads = rows.map { Double($0 * 37 % 101) / 8 }
    let missing = Set(rows.indices.filter { rows[$0] % 9 == 4 })
    let days = [15, 46, 75, 106, 136, 167, 197, 228, 259, 289, 320, 350].map { Int32(19_723 + $0 - 1) }
    var host = HandMadeColumn(
      "c", "host", rows.map { Int8($0 % 3) }, offset: offset)
    host.dictionary = [.texts("", ["a", "bb", "c,c"])]
    var isOpen = HandMadeColumn(
      "b", "isOpen", count: count, offset: offset,
      buffers: [nil, HandMadeColumn.bits(rows.map { $0 % 2 == 0 })])
    isOpen.nullCount = 0
    return [
      HandMadeColumn("g", "load", loads, offset: offset, missing: missing), host,
      HandMadeColumn("s", "count", rows.map { Int16($0 * 13 % 41) }, offset: offset),
      HandMadeColumn("tdD", "day", rows.map { days[$0 % 12] }, offset: offset), isOpen,
    ]
  }
}
