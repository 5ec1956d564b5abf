import COneDNN

/// A oneDNN primitive with its memory objects and its scratchpad.
///
/// A run sets addresses and executes. It allocates nothing here and makes no system call; oneDNN 2 and 3
/// allocate a few small nodes (7 to 9, under 400 bytes) from the thread's `malloc` cache to list the
/// arguments, and free them.
@safe final class Primitive: @unchecked Sendable {
  private let stream: PrimitiveStream
  private let state: UnsafeMutablePointer<misfit_primitive>

  /// Creates a primitive through one of the functions of the shim, which receives the engine.
  init(
    on stream: PrimitiveStream,
    make: (UnsafeMutablePointer<misfit_primitive>, dnnl_engine_t) -> Int32
  ) throws(PrimitiveError) {
    self.stream = stream
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: misfit_primitive())
    // A primitive splits its work among the OpenMP threads of the thread that creates it, whichever thread
    // runs it.
    misfit_use_one_openmp_thread()
    try PrimitiveError.check(unsafe make(state, stream.engine.handle), .primitive)
  }

  deinit {
    let status = unsafe misfit_primitive_destroy(state)
    assert(status == 0, "oneDNN could not destroy a primitive")
    unsafe state.deallocate()
  }

  /// Sets the address of argument `index`; it must stay valid while the primitive runs.
  func set(_ index: Int, to address: UnsafeMutableRawPointer) throws(PrimitiveError) {
    try PrimitiveError.check(unsafe misfit_primitive_set(state, Int32(index), address), .run)
  }

  /// Runs on the calling thread, and returns when done.
  func run() throws(PrimitiveError) {
    try PrimitiveError.check(unsafe misfit_primitive_run(state, stream.handle), .run)
  }
}
