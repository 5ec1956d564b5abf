import CMisfit
import Synchronization

/// Tables that are exported as an Arrow stream, one after the other.
@safe
final class ResultStream: @unchecked Sendable {
  private let columns: [ResultColumn]
  private let lock = Mutex(())
  private let nextTable: () throws -> ResultTable?
  private var lastError: UnsafeMutablePointer<CChar>?

  /// Creates a stream; `columns` have the names and types of all tables.
  init(columns: [ResultColumn], next: @escaping () throws -> ResultTable?) {
    self.columns = columns
    nextTable = next
    unsafe lastError = nil
  }

  deinit { unsafe lastError?.deallocate() }

  /// Creates a stream of a single table.
  convenience init(_ table: ResultTable) {
    var rest: ResultTable? = table
    self.init(columns: table.columns) {
      defer { rest = nil }
      return rest
    }
  }

  /// Writes a stream that owns this object.
  func export(into target: UnsafeMutablePointer<ArrowArrayStream>) {
    var stream = unsafe ArrowArrayStream()
    unsafe stream.private_data = Unmanaged.passRetained(self).toOpaque()
    unsafe stream.get_schema = { stream, schema in
      guard let schema = unsafe schema, let source = unsafe ResultStream.of(stream) else { return 22 }
      unsafe ArrowExport.schema(of: source.columns, into: schema)
      return 0
    }
    unsafe stream.get_next = { stream, array in
      guard let array = unsafe array, let source = unsafe ResultStream.of(stream) else { return 22 }
      return unsafe source.next(into: array)
    }
    unsafe stream.get_last_error = { stream in
      unsafe ResultStream.of(stream)?.lastError.map { unsafe UnsafePointer($0) }
    }
    unsafe stream.release = { stream in
      guard let stream = unsafe stream, let data = unsafe stream.pointee.private_data else { return }
      unsafe Unmanaged<ResultStream>.fromOpaque(data).release()
      unsafe stream.pointee.private_data = nil
      unsafe stream.pointee.release = nil
    }
    unsafe target.initialize(to: stream)
  }

  private static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> ResultStream? {
    unsafe stream?.pointee.private_data.map {
      unsafe Unmanaged<ResultStream>.fromOpaque($0).takeUnretainedValue()
    }
  }

  /// Writes the next table, or a released array at the end; returns 0, or the number of an error.
  private func next(into target: UnsafeMutablePointer<ArrowArray>) -> Int32 {
    lock.withLock { _ in
      do {
        guard let table = try nextTable() else {
          unsafe target.initialize(to: ArrowArray())
          return 0
        }
        unsafe ArrowExport.array(of: table, into: target)
        return 0
      } catch {
        unsafe lastError?.deallocate()
        unsafe lastError = ArrowExport.duplicate(InterfaceError(error).text)
        return 5
      }
    }
  }
}
