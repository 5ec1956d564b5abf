import MisfitCore
import MisfitImages
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Inputs and targets")
struct PairedSourceTests {
  private func rows(_ values: [Double], ids: [String] = []) throws -> MemorySource {
    try MemorySource(rows: values.map { [$0, -$0] }, ids: ids)
  }

  private func pairs(_ source: PairedSource, batchSize: Int) throws -> [[Double]] {
    let reader = try source.makeReader()
    var input = RecordBatch(layout: source.input.layout, capacity: batchSize)
    var target = RecordBatch(layout: source.target.layout, capacity: batchSize)
    var pairs: [[Double]] = []
    while try reader.readBatch(input: &input, target: &target) {
      for row in 0..<input.rowCount {
        pairs.append([input.value(row: row, column: 0), target.value(row: row, column: 0)])
      }
    }
    return pairs
  }

  @Test("rows are paired by position, in batches of any size", arguments: [1, 2, 3, 10])
  func places(batchSize: Int) throws {
    let source = try PairedSource(input: rows([1, 2, 3]), target: rows([10, 20, 30]))
    #expect(try pairs(source, batchSize: batchSize) == [[1, 10], [2, 20], [3, 30]])
  }

  @Test("numbers that differ are an error at once")
  func counts() throws {
    let error = ingestError { _ = try PairedSource(input: rows([1, 2]), target: rows([1])) }
    #expect(error?.kind == .pairCount(inputs: 2, targets: 1))
  }

  @Test("numbers known only at the end are an error there", arguments: [1, 2, 5])
  func lateCounts(batchSize: Int) throws {
    let source = try PairedSource(input: CSVSource(text: "a\n1\n2\n3\n"), target: rows([1, 2]))
    let error = ingestError { _ = try pairs(source, batchSize: batchSize) }
    guard case .pairCount(let inputs, let targets)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(inputs > targets && targets == 2)
  }

  @Test("names must agree apart from their extensions, and the first that does not is reported")
  func names() throws {
    let input = try rows([1, 2, 3], ids: ["x.v1/a.jpg", "b.tar.gz", "c"])
    let good = try rows([1, 2, 3], ids: ["x.v1/a.png", "b.tar.xz", "c.png"])
    #expect(try pairs(PairedSource(input: input, target: good), batchSize: 2).count == 3)
    let bad = try rows([1, 2, 3], ids: ["x.v2/a.png", "b.tar.xz", "c"])
    let error = ingestError { _ = try pairs(PairedSource(input: input, target: bad), batchSize: 2) }
    #expect(error?.kind == .pairNames(input: "x.v1/a.jpg", target: "x.v2/a.png"))
    #expect(error?.position?.record == 1)
  }

  @Test("a folder of small gray images is paired with one of large color images")
  func folders() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      let image = Image(height: 4, width: 4, channels: 3, pixels: (0..<48).map { UInt8($0) })
      try folder.write("large/\(name).png", PNGEncoder.encode(image))
    }
    let small = ImagePreparation(size: .init(width: 2, height: 2), isGrey: true)
    let source = try PairedSource(
      input: ImageFolderSource(folder.file("large"), preparation: small),
      target: ImageFolderSource(folder.file("large")))
    #expect(source.input.layout.width == 4 && source.target.layout.width == 48)
    #expect(try pairs(source, batchSize: 1).count == 2)
  }
}
