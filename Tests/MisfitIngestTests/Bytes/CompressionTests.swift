import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("bzip2, xz, zstd, LZ4 and ZIP")
struct CompressionTests {
  /// The text "x,y\n1,2\n3,4\n" in each of the formats that a system library reads.
  static let files: [(CompressionFormat, String)] = [
    (.bzip2, "table.csv.bz2"), (.xz, "table.csv.xz"), (.zstd, "table.csv.zst"),
    (.lz4, "table.csv.lz4"),
  ]

  private func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: fixture(name))))
  }

  private func rows(_ bytes: [UInt8], piece: Int = .max) throws -> [[Double]] {
    let input = MemoryInput(name: "x", bytes: bytes, pieceByteCount: piece)
    return try contents(of: CSVSource(input, options: SourceOptions())).rows
  }

  @Test("are recognized by their first bytes, however the bytes are split", arguments: files)
  func pieces(_ format: CompressionFormat, _ name: String) throws {
    let compressed = try bytes(name)
    #expect(try DataSource.open(fixture(name)).layout.notes.first == format.rawValue)
    for piece in 1...compressed.count { #expect(try rows(compressed, piece: piece) == [[1, 2], [3, 4]]) }
  }

  @Test("several streams are one text", arguments: files)
  func streams(_ format: CompressionFormat, _ name: String) throws {
    let compressed = try bytes(name)
    let error = ingestError { _ = try rows(compressed + compressed) }
    // The second header is a record of text.
    #expect(error?.kind == .nonNumericColumns([]) || error?.position?.line == 4)
  }

  @Test("truncated anywhere, they are an error that states it", arguments: files)
  func truncated(_ format: CompressionFormat, _ name: String) throws {
    let compressed = try bytes(name)
    for count in CompressionFormat.beginningByteCount..<compressed.count {
      let error = ingestError { _ = try rows(Array(compressed[..<count])) }
      #expect(error?.kind == .truncatedCompression(format), "the first \(count) bytes")
      #expect(error?.position?.byteOffset == count)
    }
  }

  @Test("damaged, they are an error with its position", arguments: files)
  func damaged(_ format: CompressionFormat, _ name: String) throws {
    var compressed = try bytes(name)
    compressed[compressed.count - 6] ^= 0x55
    let error = ingestError { _ = try rows(compressed) }
    #expect(error?.kind == .corruptedCompression(format) || error?.kind == .truncatedCompression(format))
    #expect(error?.position?.byteOffset != nil)
  }

  @Test("other bytes after a stream are an error", arguments: files)
  func garbage(_ format: CompressionFormat, _ name: String) throws {
    let compressed = try bytes(name)
    let error = ingestError { _ = try rows(compressed + Array("junk".utf8)) }
    #expect(error?.kind == .corruptedCompression(format))
    #expect(error?.position?.byteOffset == compressed.count)
  }

  @Test("a text that begins with the same letters is a text")
  func text() throws {
    #expect(try rows(Array("BZh9,y\n1,2\n3,4\n".utf8)) == [[1, 2], [3, 4]])
  }

  @Test(
    "a ZIP archive of one file is that file", arguments: ["table.csv.zip", "stored.zip", "two.zip:a.csv"])
  func zip(_ name: String) throws {
    #expect(try contents(of: DataSource.open(fixture(name))).rows == [[1, 2], [3, 4]])
  }

  @Test("a ZIP archive of several files lists them")
  func members() {
    let error = ingestError { _ = try DataSource.open(fixture("two.zip")) }
    #expect(error?.kind == .zipMembers(["a.csv", "b.csv"]))
    #expect(error?.diagnosis.remedy?.description.contains("two.zip:a.csv") == true)
    #expect(ingestError { _ = try DataSource.open(fixture("workbook.xlsx")) }?.kind == .foreignFile(.excel))
  }
}

@Suite("Formats that are recognized but not supported")
struct ForeignFormatTests {
  @Test(
    "are recognized by their first bytes",
    arguments: [
      ("PAR1\u{15}\0", "Parquet"), ("FEA1\0", "Feather"),
      ("SQLite format 3\0", "SQLite"),
      ("MATLAB 5.0 MAT-file, x\0\u{1}", "MATLAB"), ("MATLAB 7.3 MAT-file, x\0", "HDF5"),
      ("X\n\0\0\0\u{3}\0", "RDS"), ("RDX3\nX\n\0\0", "RData"), ("GIF89a\u{1}\0\u{1}\0", "GIF"),
      ("RIFF\u{1}\0\0\0WEBPVP8 ", "WebP"), ("BM\u{1}\0\0\0\0\0\0\0", "BMP"), ("II*\0", "TIFF"),
      ("%PDF-1.4\n", "PDF"), ("<!DOCTYPE html>\n", "HTML"), ("<table border=1>\n", "HTML"),
      ("% 1. Title\n%\n\n@RELATION iris\n", "ARFF"), ("\n<?xml version='1.0'?>\n", "XML"),
      ("1 1:0.5 3:2e-3\n-1 2:1\n", "SVMlight"),
      ("| a | b |\n|---|:-:|\n| 1 | 2 |\n", "Markdown"), ("---\n- load: 1\n  host: a\n", "YAML"),
      ("- load: 1\n  host: web\n- load: 2\n", "YAML"), ("---\nrows:\n  - load: 1\n", "YAML"),
    ])
  func names(_ head: String, _ name: String) throws {
    let format = try #require(ForeignFormat.of(Array(head.utf8)))
    #expect(format.name.contains(name))
  }

  @Test("are recognized although their bytes are not UTF-8")
  func binary() {
    #expect(ForeignFormat.of([0x80, 4, 0x95, 0, 0])?.name == "a Python pickle")
    #expect(ForeignFormat.of([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0])?.name == "an HDF5 file")
    #expect(
      ForeignFormat.of([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0])?.name.contains(".xls") == true)
  }

  @Test("a text that begins with the same letters is a text")
  func texts() {
    for head in [
      "PAR1,PAR2\n1,2\n", "ORC,ELF\n1,2\n", "BM,X\n1,2\n", "ARROW1,X\n", "1 11:30 12:45\n", "7:15 8:30\n",
      "%a,@relation\n1,2\n", "relation,b\n1,2\n", "|a|b\n|1|2\n", "---,b\n1,2\n",
    ] {
      #expect(ForeignFormat.of(Array(head.utf8)) == nil)
    }
  }

  @Test("have an error with a command that contains the name of the file")
  func commands() {
    let error = IngestError(
      .foreignFile(.excel), at: InputPosition(source: "my table.xlsx"))
    #expect(
      error.diagnosis.remedy
        == "convert it first, for example with `libreoffice --headless --convert-to csv 'my table.xlsx'`")
  }
}
