import COneDNN

/// The stream in which one worker runs its primitives in order, on its own thread.
///
/// One worker at a time may use a stream and its primitives, so a plan has one stream per shard. OpenMP must
/// use one thread: see ``NumericThread``.
@safe package final class PrimitiveStream: @unchecked Sendable {
  let engine: PrimitiveEngine
  let handle: dnnl_stream_t

  /// Creates a stream.
  ///
  /// - Throws: ``PrimitiveError`` if oneDNN has no engine for this processor, or no memory.
  package init() throws(PrimitiveError) {
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
