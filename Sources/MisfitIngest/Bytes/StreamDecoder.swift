import CDecompression

/// What decompresses one stream after the other.
protocol StreamDecoder: AnyObject {
  /// Begins another stream; false where memory is refused.
  func reset() -> Bool

  /// Decompresses `input[inputRange]` into `output[outputRange]` and moves the lower bounds past what is done.
  func decode(
    _ input: [UInt8], _ inputRange: inout Range<Int>, into output: inout [UInt8],
    _ outputRange: inout Range<Int>
  ) -> DecodingOutcome
}

/// How far a call to a decoder came.
enum DecodingOutcome {
  /// All input is used up, or the output is full.
  case running
  /// A stream ended with the right checksum.
  case streamEnded
  /// The data contradicts itself.
  case damaged
  /// The stream needs more memory than it gets.
  case needsMemory
}

/// A decompressor of a system library that is opened when it is first needed.
///
/// The only file that calls `CDecompression`.
@safe final class LibraryDecoder: StreamDecoder {
  private let decoder: OpaquePointer

  /// Whether the library of a format is installed.
  static func isAvailable(for format: CompressionFormat) -> Bool {
    unsafe code(of: format).map { misfit_decoder_is_available($0) } ?? false
  }

  /// A decoder at the beginning of a stream; nil where the library is absent or memory is refused.
  init?(_ format: CompressionFormat) {
    guard let code = Self.code(of: format), let decoder = unsafe misfit_decoder_open(code) else { return nil }
    unsafe self.decoder = decoder
  }

  deinit { unsafe misfit_decoder_close(decoder) }

  func reset() -> Bool { unsafe misfit_decoder_reset(decoder) }

  func decode(
    _ input: [UInt8], _ inputRange: inout Range<Int>, into output: inout [UInt8],
    _ outputRange: inout Range<Int>
  ) -> DecodingOutcome {
    precondition(inputRange.upperBound <= input.count && outputRange.upperBound <= output.count)
    var (inputLeft, outputLeft) = (inputRange.count, outputRange.count)
    let outcome = unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe misfit_decoder_run(
          decoder, source.baseAddress.map { unsafe $0 + inputRange.lowerBound }, &inputLeft,
          target.baseAddress.map { unsafe $0 + outputRange.lowerBound }, &outputLeft)
      }
    }
    inputRange = inputRange.upperBound - inputLeft..<inputRange.upperBound
    outputRange = outputRange.upperBound - outputLeft..<outputRange.upperBound
    switch outcome {
    case misfit_decoder_running: return .running
    case misfit_decoder_ended: return .streamEnded
    case misfit_decoder_needs_memory: return .needsMemory
    default: return .damaged
    }
  }

  private static func code(of format: CompressionFormat) -> misfit_compression? {
    switch format {
    case .gzip, .zip: nil
    case .bzip2: misfit_compression_bzip2
    case .xz: misfit_compression_xz
    case .zstd: misfit_compression_zstd
    }
  }
}
