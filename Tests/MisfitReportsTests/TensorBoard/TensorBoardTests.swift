import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitReports

@Suite("TensorBoard's event files")
struct TensorBoardTests {
  /// A gray pixel.
  private static let png: [UInt8] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0,
    0, 1, 8, 0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63,
    0x60, 0, 0, 0, 2, 0, 1, 0x48, 0x98, 0xED, 0x11, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60,
    0x82,
  ]

  @Test("events have the same bytes as those of TensorBoard's writer")
  func bytes() throws {
    let histogram = TensorBoardHistogram(
      minimum: -1, maximum: 3, count: 5, sum: 4.5, sumOfSquares: 13.25, upperEdges: [0, 1, 2, 3],
      counts: [1, 2, 0, 2])
    let events = [
      TensorBoardEvent(wallTime: 1.5, step: 0, .fileVersion),
      TensorBoardEvent(wallTime: 2, step: 1, .start),
      TensorBoardEvent(wallTime: 3, step: 1, .scalar("loss/train", 0.5)),
      TensorBoardEvent(wallTime: 4, step: 2, .scalar("loss/train", 0.25)),
      TensorBoardEvent(wallTime: 302, step: 300, .scalar("loss/train", 0)),
      TensorBoardEvent(wallTime: 400.25, step: 2, .histogram("weights/kernel", histogram)),
      TensorBoardEvent(
        wallTime: 401, step: 2, .image("reconstructions", width: 1, height: 1, channels: 1, png: Self.png)),
    ]
    let expected = try Array(Fixture.data("run.tfevents"))
    #expect(events.flatMap(\.record) == expected)
  }

  @Test("the checksum is that of RFC 3720")
  func checksum() {
    #expect(CRC32C.of(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of(0..<32) == 0x46DD_794E)
  }

  @Test("numbers are counted in buckets of one width, and the largest belongs to the last")
  func histogram() throws {
    let histogram = try #require(TensorBoardHistogram(of: [0, 1, 1.5, 4, .nan, .infinity], bucketCount: 4))
    #expect(histogram.upperEdges == [1, 2, 3, 4])
    #expect(histogram.counts == [1, 2, 0, 1])
    #expect(histogram.count == 4)
    #expect(histogram.sum == 6.5)
    #expect(histogram.sumOfSquares == 19.25)
    #expect(TensorBoardHistogram(of: [Double.nan]) == nil)
    let constant = try #require(TensorBoardHistogram(of: [2, 2]))
    #expect(constant.upperEdges == [2] && constant.counts == [2])
  }

  @Test("a second file leaves the first one unchanged")
  func files() throws {
    let folder = try TemporaryFolder()
    #expect(!TensorBoardFile.isRun(folder.path))
    let first = try TensorBoardFile(in: folder.path, wallTime: 5)
    try first.write([TensorBoardEvent(wallTime: 6, step: 1, .scalar("a", 1))])
    let before = try Data(contentsOf: URL(fileURLWithPath: first.path))
    let second = try TensorBoardFile(in: folder.path, wallTime: 5)
    #expect(second.path > first.path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: first.path)) == before)
    #expect(TensorBoardFile.isRun(folder.path))
  }
}
