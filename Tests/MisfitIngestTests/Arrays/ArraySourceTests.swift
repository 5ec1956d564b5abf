import Foundation
import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("IDX and NPY")
struct ArraySourceTests {
  /// The numbers of make.py, four rows of three.
  private func table(times factor: Double = 1) -> [[Double]] {
    (0..<4).map { row in
      (0..<3).map { column in
        let index = row * 3 + column
        return Double(index % 2 == 0 ? index : -index) / 4 * factor
      }
    }
  }

  private func rows(_ name: String) throws -> [[Double]] { try contents(of: ArraySource(fixture(name))).rows }

  @Test(
    "every type that NumPy writes",
    arguments: [
      ("little-f2.npy", 1.0), ("little-f4.npy", 1), ("little-f8.npy", 1), ("big-f4.npy", 1),
      ("big-f8.npy", 1),
      ("byte-i1.npy", 4), ("little-i2.npy", 4), ("big-i2.npy", 4), ("little-i4.npy", 4), ("little-i8.npy", 4),
      ("fortran.npy", 1), ("version-1.npy", 1), ("version-2.npy", 1), ("version-3.npy", 1),
      ("rows-i8.idx", 4), ("rows-i16.idx", 4), ("rows-i32.idx", 4), ("rows-f32.idx", 1), ("rows-f64.idx", 1),
    ])
  func types(_ name: String, _ factor: Double) throws { #expect(try rows(name) == table(times: factor)) }

  @Test(
    "unsigned types and booleans", arguments: ["byte-u1.npy", "little-u2.npy", "big-u4.npy", "little-u8.npy"])
  func unsigned(_ name: String) throws {
    #expect(try rows(name).flatMap(\.self) == (0..<12).map(Double.init))
    #expect(try rows("byte-b1.npy").flatMap(\.self) == (0..<12).map { Double($0 % 2) })
  }

  @Test(
    "images keep their shape, and bytes stay bytes",
    arguments: [
      ("images.npy", [2, 4, 3], 48), ("fortran-images.npy", [2, 4, 3], 48), ("colours.idx", [2, 4, 3], 48),
      ("grey.npy", [3, 4, 1], 24), ("images.idx", [3, 4, 1], 24), ("images.idx.gz", [3, 4, 1], 24),
    ])
  func images(_ name: String, _ extents: [Int], _ count: Int) throws {
    let source = try ArraySource(fixture(name))
    #expect(source.layout.shape.extents == extents)
    #expect(source.layout.valueKind == .uint8)
    #expect(source.layout.rowCount == 2)
    let rows = try contents(of: source, batchSize: 1).rows
    #expect(rows.flatMap(\.self) == (0..<count).map(Double.init))
  }

  @Test("one dimension is one column")
  func oneDimension() throws {
    #expect(try rows("one-dimension.npy") == [[0], [1], [2], [3], [4]])
  }

  @Test("labels come from a second file")
  func labels() throws {
    let source = try ArraySource(fixture("images.idx"), labelsPath: fixture("labels.idx"))
    #expect(try contents(of: source).labels == ["7", "3"])
    let error = ingestError {
      _ = try ArraySource(fixture("images.idx"), labelsPath: fixture("labels-3.idx"))
    }
    #expect(error?.kind == .labelCount(expected: 2, found: 3))
  }

  @Test(
    "values that are not finite are reported with their position",
    arguments: [("nan.npy", 128 + 56), ("nan-fortran.npy", 128 + 48)])
  func notFinite(_ name: String, _ byteOffset: Int) {
    let error = ingestError { _ = try rows(name) }
    let place = InputPosition(source: fixture(name), byteOffset: byteOffset, record: 3, column: "column_2")
    #expect(error == IngestError(.notFinite("nan"), at: place))
  }

  @Test(
    "other contents than an array of numbers are named in the error",
    arguments: [
      ("zero-dimensions.npy", "0 dimensions"), ("text.npy", "<U1"), ("fields.npy", "several fields"),
      ("complex.npy", "c16"),
    ])
  func unsupported(_ name: String, _ text: String) {
    let error = ingestError { _ = try rows(name) }
    #expect(error?.description.contains(text) == true, "\(String(describing: error))")
  }

  @Test("a count that does not fit the size")
  func wrongCount() {
    let large = ingestError { _ = try rows("count-too-large.idx") }
    #expect(large?.kind == .truncated(expectedBytes: 52, foundBytes: 40))
    let small = ingestError { _ = try rows("count-too-small.idx") }
    #expect(small?.kind == .tooLong(expectedBytes: 28))
    let huge = ingestError { _ = try rows("overflow.idx") }
    guard case .malformedHeader? = huge?.kind else {
      Issue.record("\(String(describing: huge))")
      return
    }
  }

  @Test(
    "a file cut anywhere is an error",
    arguments: ["images.idx", "images.idx.gz", "little-f8.npy", "fortran.npy"])
  func cut(_ name: String) throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: fixture(name))))
    for count in 0..<bytes.count {
      let input = MemoryInput(name: name, bytes: Array(bytes[..<count]))
      let error = ingestError { _ = try contents(of: DataSource.open(input, options: SourceOptions())) }
      #expect(error != nil, "the first \(count) bytes")
    }
  }

  @Test("a stream without a known size is checked while it is read")
  func streamed() throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: fixture("count-too-small.idx"))))
    let error = ingestError {
      _ = try contents(of: ArraySource(idx: UnsizedInput(bytes: bytes), labelsPath: nil))
    }
    #expect(error?.kind == .tooLong(expectedBytes: 28))
  }

  @Test(
    "malformed NPY headers",
    arguments: [
      "{'descr': '<f8', 'fortran_order': False}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), 'x': 1}",
      "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (2, 2)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2 2)}",
      "{'descr': '<f9', 'fortran_order': False, 'shape': (2, 2)}", "{'descr: 1", "",
      "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 2)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 2)}",
    ])
  func malformedHeader(_ header: String) {
    let bytes = [0x93] + Array("NUMPY\u{1}\u{0}".utf8) + [UInt8(header.utf8.count), 0] + Array(header.utf8)
    let error = ingestError {
      _ = try ArraySource(npy: MemoryInput(name: "x", bytes: bytes), labelsPath: nil)
    }
    #expect(error != nil)
  }
}

/// Bytes whose number is not known beforehand.
private struct UnsizedInput: ByteInput {
  let name = "stream"
  let byteCount: Int? = nil
  let bytes: [UInt8]

  func open() throws(IngestError) -> any ByteReader { MemoryReader(bytes, pieceByteCount: 7) }
}
