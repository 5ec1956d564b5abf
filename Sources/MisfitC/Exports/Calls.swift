import CMisfit
import Misfit
import MisfitCore
import MisfitIngest

/// Runs the body of a function of the C interface, and returns its code; an error goes to `error`.
func call(
  _ error: UnsafeMutablePointer<OpaquePointer?>?, hasLines: Bool = true, _ body: () throws -> Void
) -> Int32 {
  unsafe error?.pointee = nil
  do {
    try body()
    return 0
  } catch let thrown {
    let made = hasLines ? InterfaceError(thrown) : InterfaceError(thrown).withoutLines()
    if let error = unsafe error { unsafe error.pointee = handle(ErrorHandle(made)) }
    return made.code.rawValue
  }
}

/// Returns an object that C owns.
func handle(_ object: AnyObject) -> OpaquePointer {
  unsafe OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

/// Returns the object of a handle.
///
/// - Throws: ``InterfaceError`` for NULL.
func object<Object: AnyObject>(
  _ handle: OpaquePointer?, _ type: Object.Type, _ name: String
) throws(InterfaceError) -> Object {
  guard let handle = unsafe handle else { throw InterfaceError(.argument, "`\(name)` is NULL") }
  return unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// Releases the object of a handle; NULL is allowed.
func free(_ handle: OpaquePointer?) {
  guard let handle = unsafe handle else { return }
  unsafe Unmanaged<AnyObject>.fromOpaque(UnsafeRawPointer(handle)).release()
}

/// Returns a pointer for results, with NULL in it.
///
/// - Throws: ``InterfaceError`` for NULL.
func target(
  _ pointer: UnsafeMutablePointer<OpaquePointer?>?, _ name: String
) throws(InterfaceError) -> UnsafeMutablePointer<OpaquePointer?> {
  guard let pointer = unsafe pointer else { throw InterfaceError(.argument, "`\(name)` is NULL") }
  unsafe pointer.pointee = nil
  return unsafe pointer
}

/// Returns a text that is UTF-8; nil for NULL.
///
/// - Throws: ``InterfaceError`` for other bytes.
func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(InterfaceError) -> String? {
  guard let pointer = unsafe pointer else { return nil }
  guard let text = unsafe String(validatingCString: pointer) else {
    throw InterfaceError(.argument, "`\(name)` is not UTF-8")
  }
  return text
}

/// Returns options; nil for NULL and for an empty text.
///
/// - Throws: ``InterfaceError`` for what is not JSON.
func options(_ pointer: UnsafePointer<CChar>?) throws(InterfaceError) -> OptionValue? {
  guard let text = unsafe try text(pointer, "options"), !text.isEmpty else { return nil }
  return try OptionValue(json: text)
}

/// Returns a copy of elements that C gives.
///
/// - Throws: ``InterfaceError`` for a negative number, and for NULL where there are some.
func array<Element: BitwiseCopyable>(
  _ start: UnsafeRawPointer?, _ count: Int64, of type: Element.Type, _ name: String
) throws(InterfaceError) -> [Element] {
  guard count >= 0, count < 1 << 48 else { throw InterfaceError(.argument, "`count` is \(count)") }
  guard count > 0 else { return [] }
  guard let start = unsafe start else { throw InterfaceError(.argument, "`\(name)` is NULL") }
  return (0..<Int(count)).map {
    unsafe start.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: type)
  }
}
