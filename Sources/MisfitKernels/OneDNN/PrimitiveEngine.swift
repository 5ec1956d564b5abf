import COneDNN

/// oneDNN's engine for this processor.
///
/// Its objects may be created on any thread.
@safe final class PrimitiveEngine: @unchecked Sendable {
  let handle: dnnl_engine_t

  private init() throws(PrimitiveError) {
    var engine: dnnl_engine_t?
    let status = unsafe misfit_engine_create(&engine)
    guard status == 0, let engine = unsafe engine else {
      throw PrimitiveError(operation: .engine, status: status)
    }
    unsafe handle = engine
  }

  deinit {
    let status = unsafe misfit_engine_destroy(handle)
    assert(status == 0, "oneDNN could not destroy its engine")
  }

  /// The engine of the process, or the error of its creation.
  static let shared = Result { () throws(PrimitiveError) in try PrimitiveEngine() }
}
