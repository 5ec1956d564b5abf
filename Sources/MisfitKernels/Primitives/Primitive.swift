import COneDNN

/// A primitive of oneDNN with its memory objects and its scratchpad, all made once.
///
/// A run sets addresses and executes. Nothing of ours is allocated by it, and no system call made; oneDNN 2
/// and 3 themselves take a few small nodes (7 to 9, under 400 bytes) from the thread's cache of `malloc` to
/// list the arguments, and give them back.
@safe final class Primitive: @unchecked Sendable {
  private let stream: PrimitiveStream
  private let state: UnsafeMutablePointer<misfit_primitive>

  /// Makes a primitive through one of the calls of the shim, which is given the engine.
  init(
    on stream: PrimitiveStream,
    make: (UnsafeMutablePointer<misfit_primitive>, dnnl_engine_t) -> Int32
  ) throws(PrimitiveError) {
    self.stream = stream
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: misfit_primitive())
    // A primitive shares its work out among as many threads as OpenMP has where it is made, whoever runs it.
    misfit_use_one_openmp_thread()
    try PrimitiveError.check(unsafe make(state, stream.engine.handle), .primitive)
  }

  deinit {
    let status = unsafe misfit_primitive_destroy(state)
    assert(status == 0, "oneDNN could not destroy a primitive")
    unsafe state.deallocate()
  }

  /// Sets where argument number `index` lies; it must stay valid while the primitive runs.
  func set(_ index: Int, to address: UnsafeMutableRawPointer) throws(PrimitiveError) {
    try PrimitiveError.check(unsafe misfit_primitive_set(state, Int32(index), address), .run)
  }

  /// Runs on the calling thread, and comes back when all is done.
  func run() throws(PrimitiveError) {
    try PrimitiveError.check(unsafe misfit_primitive_run(state, stream.handle), .run)
  }
}
