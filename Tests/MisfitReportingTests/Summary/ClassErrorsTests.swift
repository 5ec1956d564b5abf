import Testing
import _TestSupport

@testable import MisfitReporting

@Suite("Errors by label")
struct ClassErrorsTests {
  @Test("Each label has its samples, statistics and flags, in the order of the labels")
  func figures() throws {
    var errors = ClassErrors()
    for (label, error, isFlagged) in [
      ("10", 1.0, false), ("9", 5.0, true), ("10", 3.0, false), ("b", .nan, false), ("10", 8.0, true),
    ] {
      errors.update(label: label, error: error, isFlagged: isFlagged)
    }
    let all = errors.all
    #expect(all.map(\.label) == ["9", "10", "b"] && all.map(\.count) == [1, 3, 1])
    #expect(all[1].figures?.mean == 4 && all[1].figures?.median == 3 && all[2].figures == nil)
    #expect(all.map(\.flaggedCount) == [1, 1, 0] && all[1].flaggedShare == 1.0 / 3)
    #expect(errors.commonest(1).map(\.label) == ["10"])
    #expect(errors.commonest(2).map(\.label) == ["9", "10"])
  }

  @Test("Labels that are unique to samples are not classes")
  func names() {
    var errors = ClassErrors()
    for row in 0..<20 { errors.update(label: "row \(row)", error: 1, isFlagged: false) }
    #expect(errors.all.isEmpty)
    errors.update(label: "row 3", error: 1, isFlagged: false)
    #expect(errors.all.count == 20)
    for row in 0..<ClassErrors.labelLimit { errors.update(label: "row \(row)", error: 1, isFlagged: false) }
    #expect(errors.all.count == ClassErrors.labelLimit)
    errors.update(label: "one more", error: 1, isFlagged: false)
    #expect(errors.all.isEmpty && errors.csv(escapesFormulas: false).split(separator: 10).count == 1)
  }

  @Test("More than 30 labels are limited to the most frequent in table and plot, but not in the file")
  func many() throws {
    var errors = ClassErrors()
    for label in 0..<40 {
      for _ in 0...label { errors.update(label: "\(label)", error: Double(label), isFlagged: false) }
    }
    #expect(try #require(errors.table).rows.count == 30)
    #expect(errors.commonest(30).map(\.label) == (10..<40).map { "\($0)" })
    #expect(errors.note == "The 30 commonest of 40 labels; classes.csv has all of them.")
    #expect(errors.csv(escapesFormulas: false).split(separator: 10).count == 41)
  }

  @Test("The stored size of codes is compared with that of the source and of floats")
  func storage() throws {
    let storage = CodeStorage(codeBytes: 1000, sourceBytes: 2500, floatBytes: 40_000)
    #expect(storage.sourceRatio == 2.5 && storage.floatRatio == 40)
    #expect(storage.text?.contains("2.5 times as much") == true)
    let stream = CodeStorage(codeBytes: 1000, sourceBytes: nil, floatBytes: 500)
    #expect(stream.sourceRatio == nil && stream.text?.contains("stored") == false)
    #expect(CodeStorage(codeBytes: 0, sourceBytes: 1, floatBytes: 1).text == nil)
    let folder = try TemporaryFolder()
    try OutputFile.write(Array(repeating: 65, count: 123), to: folder.file("a.csv"))
    #expect(try MemorySource(rows: [[1]], name: folder.file("a.csv")).storedByteCount == 123)
    #expect(try MemorySource(rows: [[1]], name: "-").storedByteCount == nil)
  }
}
