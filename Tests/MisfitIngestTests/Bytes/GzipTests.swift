import Foundation
import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("gzip")
struct GzipTests {
  /// The text "x,y\n1,2\n3,4\n".
  private let compressed: [UInt8]

  init() throws {
    let path = fixture("table.csv.gz")
    compressed = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func rows(_ bytes: [UInt8], piece: Int = .max) throws -> [[Double]] {
    let input = MemoryInput(name: "x.gz", bytes: bytes, pieceByteCount: piece)
    return try contents(of: CSVSource(input, options: SourceOptions())).rows
  }

  @Test("is recognized by its first bytes, however the bytes are split")
  func pieces() throws {
    for piece in 1...compressed.count { #expect(try rows(compressed, piece: piece) == [[1, 2], [3, 4]]) }
  }

  @Test("several members are one text, and zeros after them are padding")
  func members() throws {
    let expected = [[1.0, 2], [3, 4], [1, 2], [3, 4]]
    let numbers = Array(try Data(contentsOf: URL(fileURLWithPath: fixture("numbers.csv.gz"))))
    #expect(try rows(numbers + numbers) == expected)
    #expect(try rows(numbers + [0, 0, 0]) == [[1, 2], [3, 4]])
  }

  @Test("truncated anywhere, it is an error that states it")
  func truncated() {
    for count in 2..<compressed.count {
      let error = ingestError { _ = try rows(Array(compressed[..<count])) }
      #expect(error?.kind == .truncatedCompression(.gzip), "the first \(count) bytes")
      #expect(error?.position?.byteOffset == count)
    }
  }

  @Test("damaged anywhere after its header, it is an error")
  func damaged() {
    // The header ends with the file's name and a zero.
    let headerByteCount = 10 + "table.csv".utf8.count + 1
    for place in headerByteCount..<compressed.count {
      var bytes = compressed
      bytes[place] ^= 0x55
      #expect(ingestError { _ = try rows(bytes) } != nil, "byte \(place)")
    }
  }

  @Test("other bytes after a member are an error")
  func garbage() {
    let error = ingestError { _ = try rows(compressed + Array("junk".utf8)) }
    #expect(error?.kind == .corruptedCompression(.gzip))
    #expect(error?.position?.byteOffset == compressed.count)
  }
}
