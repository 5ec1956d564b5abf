import COneDNN

/// oneDNN's engine for this processor, made once: its objects may be made on any thread.
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

  /// The engine of the process, or why there is none.
  static let shared = Result { () throws(PrimitiveError) in try PrimitiveEngine() }
}

/// Where one worker runs its primitives, one after the other, on its own thread.
///
/// One worker at a time may use a stream and the primitives made on it, so a plan has one stream for each
/// shard. OpenMP must have been told to use one thread: see ``NumericThread``.
@safe public final class PrimitiveStream: @unchecked Sendable {
  let engine: PrimitiveEngine
  let handle: dnnl_stream_t

  /// Makes a stream.
  ///
  /// - Throws: ``PrimitiveError`` where oneDNN has no engine for this processor, or no memory.
  public init() throws(PrimitiveError) {
    engine = try PrimitiveEngine.shared.get()
    var stream: dnnl_stream_t?
    let status = unsafe misfit_stream_create(&stream, engine.handle)
    guard status == 0, let stream = unsafe stream else {
      throw PrimitiveError(operation: .stream, status: status)
    }
    unsafe handle = stream
  }

  deinit {
    let status = unsafe misfit_stream_destroy(handle)
    assert(status == 0, "oneDNN could not destroy a stream")
  }
}
