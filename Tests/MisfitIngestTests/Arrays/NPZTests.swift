import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("NPZ archives")
struct NPZTests {
  private let expected = (0..<4).map { row in (0..<3).map { Double(row * 3 + $0) / 4 } }

  @Test(
    "Arrays are read by their names, stored and deflated, in either order, with sizes of 64 bits",
    arguments: ["stored.npz:X", "deflated.npz:X", "fortran.npz:X", "one.npz", "zip64.npz:X"])
  func arrays(name: String) throws {
    let source = try DataSource.open(fixture(name))
    #expect(source.layout.rowCount == 4 && source.layout.width == 3)
    for size in [1, 3, 100] { #expect(try contents(of: source, batchSize: size).rows == expected) }
  }

  @Test("One-dimensional arrays are a column")
  func labels() throws {
    let source = try DataSource.open(fixture("deflated.npz:y"))
    #expect(try contents(of: source).rows == [[0], [1], [0], [1]])
  }

  @Test("A missing array is reported with the existing ones")
  func missing() {
    #expect(
      throws: IngestError(
        .noSuchArray("Z", among: ["X", "y"]), at: InputPosition(source: fixture("deflated.npz")))
    ) { try DataSource.open(fixture("deflated.npz:Z")) }
    let none = IngestError(
      .noSuchArray(nil, among: ["X", "y"]), at: InputPosition(source: fixture("deflated.npz")))
    #expect(throws: none) { try DataSource.open(fixture("deflated.npz")) }
    #expect(none.diagnosis.description.contains("table.npz:X"))
  }

  @Test("An archive truncated at any byte is an error")
  func truncated() throws {
    let folder = try TemporaryFolder()
    for name in ["deflated.npz", "zip64.npz"] {
      let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: fixture(name))))
      for count in 0..<bytes.count {
        let path = try folder.write("cut.npz", Array(bytes[..<count]))
        #expect(throws: IngestError.self) { try contents(of: DataSource.open("\(path):X")) }
      }
    }
  }

  @Test("After changing any byte, the rows are correct or there is an error")
  func damaged() throws {
    let folder = try TemporaryFolder()
    for name in ["deflated.npz", "zip64.npz"] {
      let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: fixture(name))))
      for place in bytes.indices {
        for value: UInt8 in [0, 0x7f, 0xff] where bytes[place] != value {
          var damaged = bytes
          damaged[place] = value
          let path = try folder.write("damaged.npz", damaged)
          guard let found = try? contents(of: DataSource.open("\(path):X")) else { continue }
          #expect(found.rows == expected, "byte \(place) set to \(value)")
        }
      }
    }
  }

  @Test("Sizes and offsets beyond the file are refused with their position")
  func hostileSizes() throws {
    let folder = try TemporaryFolder()
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: fixture("one.npz"))))
    let entry = try #require(bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4b, 1, 2]) })
    for offset in [20, 42] {
      var hostile = bytes
      hostile.replaceSubrange(entry + offset..<entry + offset + 4, with: [0xfe, 0xff, 0xff, 0xff])
      let path = try folder.write("hostile.npz", hostile)
      let error = #expect(throws: IngestError.self) { try DataSource.open("\(path):X") }
      #expect(error?.position?.byteOffset == entry)
    }
  }
}
