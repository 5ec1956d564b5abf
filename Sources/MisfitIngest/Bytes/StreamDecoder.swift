import CDecompression

/// A decompressor of one stream after the other.
protocol StreamDecoder: AnyObject {
  /// Begins another stream; false if memory is refused.
  func reset() -> Bool

  /// Decompresses `input[inputRange]` into `output[outputRange]` and moves the lower bounds to the end of
  /// what was read and written.
  func decode(
    _ input: [UInt8], _ inputRange: inout Range<Int>, into output: inout [UInt8],
    _ outputRange: inout Range<Int>
  ) -> DecodingOutcome
}

/// The outcome of a call to a decoder.
enum DecodingOutcome {
  /// All input is read, or the output is full.
  case running
  /// A stream ended with the correct checksum.
  case streamEnded
  /// The data is inconsistent.
  case damaged
  /// The stream needs more memory than it may use.
  case needsMemory
}

/// A decompressor from a system library, which is opened at its first use.
///
/// The only file that calls `CDecompression`.
@safe final class LibraryDecoder: StreamDecoder {
  private let decoder: OpaquePointer

  /// Returns whether the library of a format is installed.
  static func isAvailable(for format: CompressionFormat) -> Bool {
    code(of: format).map { misfit_decoder_is_available($0) } ?? false
  }

  /// Makes a decoder at the beginning of a stream; nil if the library is missing or memory is refused.
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
    case .lz4: misfit_compression_lz4
    }
  }
}
