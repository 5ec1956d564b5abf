import CZlib

/// zlib's decompressor for gzip data (RFC 1952), one member after the other.
///
/// The only file that calls zlib. The stream has a stable address, because zlib keeps a pointer to it.
@safe final class Inflater: StreamDecoder {
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe misfit_inflate_init_gzip(stream)
    precondition(status == Z_OK, "zlib cannot start: out of memory, or another version than compiled with")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func reset() -> Bool { unsafe inflateReset(stream) == Z_OK }

  func decode(
    _ input: [UInt8], _ inputRange: inout Range<Int>, into output: inout [UInt8],
    _ outputRange: inout Range<Int>
  ) -> DecodingOutcome {
    precondition(inputRange.upperBound <= input.count && outputRange.upperBound <= output.count)
    let status = unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        let start = unsafe source.baseAddress.map { unsafe $0 + inputRange.lowerBound }
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: start)
        unsafe stream.pointee.avail_in = UInt32(inputRange.count)
        unsafe stream.pointee.next_out = unsafe target.baseAddress.map { unsafe $0 + outputRange.lowerBound }
        unsafe stream.pointee.avail_out = UInt32(outputRange.count)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    unsafe inputRange = inputRange.upperBound - Int(stream.pointee.avail_in)..<inputRange.upperBound
    unsafe outputRange = outputRange.upperBound - Int(stream.pointee.avail_out)..<outputRange.upperBound
    switch status {
    case Z_OK, Z_BUF_ERROR: return .running
    case Z_STREAM_END: return .streamEnded
    case Z_MEM_ERROR: return .needsMemory
    default: return .damaged
    }
  }
}
