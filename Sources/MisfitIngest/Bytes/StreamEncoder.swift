import CDecompression
import CZlib

/// A compressor of one stream.
protocol StreamEncoder: AnyObject {
  /// Compresses `input[inputRange]` into `output[outputRange]`, moves the lower bounds to the end of what was
  /// read and written, and returns whether all of it is done; with `ends`, the end of the stream too.
  ///
  /// Nil if the library fails.
  func encode(
    _ input: [UInt8], _ inputRange: inout Range<Int>, into output: inout [UInt8],
    _ outputRange: inout Range<Int>, ends: Bool
  ) -> Bool?
}

/// zlib's compressor to gzip (RFC 1952), with its usual level.
///
/// The stream has a stable address, because zlib keeps a pointer to it.
@safe final class Deflater: StreamEncoder {
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe misfit_deflate_init_gzip(stream)
    precondition(status == Z_OK, "zlib cannot start: out of memory, or another version than compiled with")
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  func encode(
    _ input: [UInt8], _ inputRange: inout Range<Int>, into output: inout [UInt8],
    _ outputRange: inout Range<Int>, ends: Bool
  ) -> Bool? {
    precondition(inputRange.upperBound <= input.count && outputRange.upperBound <= output.count)
    let status = unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        let start = unsafe source.baseAddress.map { unsafe $0 + inputRange.lowerBound }
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: start)
        unsafe stream.pointee.avail_in = UInt32(inputRange.count)
        unsafe stream.pointee.next_out = unsafe target.baseAddress.map { unsafe $0 + outputRange.lowerBound }
        unsafe stream.pointee.avail_out = UInt32(outputRange.count)
        return unsafe CZlib.deflate(stream, ends ? Z_FINISH : Z_NO_FLUSH)
      }
    }
    unsafe inputRange = inputRange.upperBound - Int(stream.pointee.avail_in)..<inputRange.upperBound
    unsafe outputRange = outputRange.upperBound - Int(stream.pointee.avail_out)..<outputRange.upperBound
    switch status {
    case Z_STREAM_END: return true
    case Z_OK, Z_BUF_ERROR: return !ends && inputRange.isEmpty && !outputRange.isEmpty
    default: return nil
    }
  }
}

/// The zstd compressor of the system's library, which is opened at its first use.
@safe final class LibraryEncoder: StreamEncoder {
  private let encoder: OpaquePointer

  /// Makes a compressor; nil if the library is missing or memory is refused.
  init?() {
    guard let encoder = unsafe misfit_encoder_open() else { return nil }
    unsafe self.encoder = encoder
  }

  deinit { unsafe misfit_encoder_close(encoder) }

  func encode(
    _ input: [UInt8], _ inputRange: inout Range<Int>, into output: inout [UInt8],
    _ outputRange: inout Range<Int>, ends: Bool
  ) -> Bool? {
    precondition(inputRange.upperBound <= input.count && outputRange.upperBound <= output.count)
    var (inputLeft, outputLeft) = (inputRange.count, outputRange.count)
    let outcome = unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe misfit_encoder_run(
          encoder, source.baseAddress.map { unsafe $0 + inputRange.lowerBound }, &inputLeft,
          target.baseAddress.map { unsafe $0 + outputRange.lowerBound }, &outputLeft, ends)
      }
    }
    inputRange = inputRange.upperBound - inputLeft..<inputRange.upperBound
    outputRange = outputRange.upperBound - outputLeft..<outputRange.upperBound
    switch outcome {
    case misfit_decoder_ended: return true
    case misfit_decoder_running: return false
    default: return nil
    }
  }
}
