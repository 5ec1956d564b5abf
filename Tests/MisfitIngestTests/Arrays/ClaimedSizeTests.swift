import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Sizes that headers claim")
struct ClaimedSizeTests {
  /// An NPY header of version 1, and some zeros.
  private func npy(_ shape: String, type: String = "|u1", fortran: Bool = false, zeros: Int = 100) -> [UInt8]
  {
    let text =
      "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(shape)), }"
    let padding = 64 - (text.utf8.count + 11) % 64
    let header = Array(text.utf8) + Array(repeating: 32, count: padding % 64) + [10]
    return [0x93] + Array("NUMPY\u{1}\u{0}".utf8) + [UInt8(header.count), 0] + header
      + Array(repeating: 0, count: zeros)
  }

  private func idx(_ extents: [UInt32], type: UInt8 = 8) -> [UInt8] {
    [0, 0, type, UInt8(extents.count)]
      + extents.flatMap { extent in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: extent >> $0) } }
      + Array(repeating: 0, count: 50)
  }

  private func open(_ bytes: [UInt8], isPiped: Bool, limit: Int = 1 << 30) throws(IngestError)
    -> any RecordSource
  {
    var options = SourceOptions()
    options.memoryLimitBytes = limit
    let input: any ByteInput =
      isPiped ? PipedInput(bytes: bytes) : MemoryInput(name: "data", bytes: bytes)
    return try DataSource.open(input, options: options)
  }

  @Test(
    "A few compressed bytes that claim wide samples are refused before memory is allocated",
    arguments: [false, true])
  func wide(isPiped: Bool) throws {
    let claims = [
      npy("1, 1000000000"), npy("1, 100000000"), npy("2, 60000, 60000"), npy("2, 30000, 30000", type: "<f8"),
      npy("2, 2147483648, 2147483648"), npy("1, 1000001"), npy("3, 5000, 5000, 3", type: "<f4"),
      npy("1, 1000000000", fortran: true), idx([1, .max]), idx([1, 1 << 31, 1 << 20]),
      idx([2, 50_000, 50_000, 4], type: 14),
    ]
    for bytes in claims {
      #expect(throws: IngestError.self) { _ = try open(StoredGzip.member(bytes), isPiped: isPiped) }
      // Alone, a header claims as much.
      #expect(throws: IngestError.self) { _ = try open(bytes, isPiped: isPiped) }
    }
  }

  @Test("Compressed data that is too small for the size in its header is refused")
  func impossible() throws {
    for bytes in [npy("1000000000, 3"), npy("100, 1000, 1000"), idx([1 << 20, 28, 28])] {
      let error = ingestError { _ = try open(StoredGzip.member(bytes), isPiped: false) }
      guard case .impossibleSize? = error?.kind else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    let zeros = npy("1000, 1000", zeros: 1_000_000)
    let source = try open(StoredGzip.member(zeros), isPiped: false)
    #expect(source.layout.rowCount == 1000)
  }

  @Test("An array in Fortran order above the memory limit is refused with a remedy")
  func fortran() throws {
    let bytes = npy("3000, 1000", fortran: true, zeros: 3_000_000)
    let error = ingestError { _ = try open(StoredGzip.member(bytes), isPiped: false, limit: 1 << 20) }
    #expect(error?.kind == .arrayTooLarge(byteCount: 3_000_000, limitBytes: 1 << 20))
    #expect(error?.diagnosis.description.contains("ascontiguousarray") == true)
    #expect(try open(StoredGzip.member(bytes), isPiped: false).layout.rowCount == 3000)
    #expect(
      try open(npy("3000, 1000", zeros: 3_000_000), isPiped: false, limit: 1 << 20).layout.width == 1000)
  }

  @Test("A record of too many columns is refused, whatever it contains", arguments: [",", "1;"])
  func columns(field: String) throws {
    let text = String(repeating: field, count: SourceLimits.columnCount + 1) + "\n"
    let error = ingestError { _ = try open(Array((text + text).utf8), isPiped: false) }
    #expect(error?.kind == .tooManyColumns(limit: SourceLimits.columnCount))
    #expect(error?.position?.line == 1)
  }

  @Test("Too many columns of random numbers are refused")
  func random() {
    #expect(throws: IngestError.self) { try RandomSource(parsing: "random:1x1000001") }
  }
}

/// Bytes whose number is not known beforehand.
private struct PipedInput: ByteInput {
  let name = "-"
  let byteCount: Int? = nil
  let bytes: [UInt8]

  func open() throws(IngestError) -> any ByteReader { MemoryReader(bytes, pieceByteCount: 1 << 16) }
}
