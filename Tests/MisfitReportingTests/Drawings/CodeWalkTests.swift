import Testing
import _DetectorTestSupport
import _TestSupport

@testable import MisfitReporting

@Suite("Walks through codes")
struct CodeWalkTests {
  /// Images of 2 x 2 pixels that differ by their brightness and their contrast.
  private func images(count: Int = 40) throws -> MemoryImages {
    MemoryImages(
      pixels: (0..<count).map { row in
        let (light, slope) = (Double(row % 8) / 8, Double(row / 8) / 20)
        return [light, light + slope, light, light + slope].map { min($0, 1) }
      }, labels: (0..<count).map { "\($0 % 3)" })
  }

  private func scoring(code: Int, labels: Bool = true) throws -> Scoring {
    var source = try images()
    if !labels { source.labels = [] }
    var options = SmallData.options(epochs: 20)
    options.network.hidden = nil
    options.network.architecture = "flatten | dense \(code) || dense 4 sigmoid"
    return try Detector.fit(source, options: options).score(source)
  }

  @Test("A code of two values has a grid whose corners are the decoded quantiles")
  func grid() throws {
    var options = CodeWalk.Options()
    options.gridSide = 5
    options.quantile = 0
    let walk = try CodeWalk(scoring(code: 2), options: options)
    let grid = try #require(walk.drawing)
    #expect(grid.images.count == 25 && grid.columnCount == 5 && walk.codes.count == 40)
    let x = walk.codes.map { $0.code[0] }.sorted()
    let y = walk.codes.map { $0.code[1] }.sorted()
    // The first image is at the top left: the smallest of the first value, the largest of the second.
    let decoded = try #require(walk.detector.model.decoded(FloatBuffer([x[0], y[39]]).all))
    #expect(grid.images[0].pixels == decoded.array.map { UInt8((min(max($0, 0), 1) * 255).rounded()) })
    #expect(walk.scatter?.x.count == 40)
  }

  @Test("Other codes have interpolations from one label to another, with the samples at both ends")
  func interpolation() throws {
    var options = CodeWalk.Options()
    options.stepCount = 4
    let walk = try CodeWalk(scoring(code: 3), options: options)
    let grid = try #require(walk.drawing)
    // Three labels make one pair.
    #expect(grid.images.count == 6 && grid.rowNames == ["0 to 1"] && walk.scatter == nil)
    #expect(grid.images[0].pixels == [0, 0, 0, 0])
    #expect(grid.images[5].pixels == [32, 32, 32, 32])
    let unlabelled = try #require(try CodeWalk(scoring(code: 3, labels: false), options: options).drawing)
    #expect(unlabelled.images.count == 8 * 6)
  }

  @Test("Tables have no walk")
  func table() throws {
    let walk = try CodeWalk(SmallData.detector(hidden: [3]).score(SmallData.source()))
    #expect(walk.drawing == nil && walk.scatter == nil && walk.codes.count == 60)
  }

  @Test("A sample of a stream is spread evenly, whatever its length", arguments: [1, 9, 10, 11, 1000, 4097])
  func spread(count: Int) {
    var sample = SpreadSample<Int>(limit: 10)
    for number in 0..<count { sample.offer { number } }
    let kept = sample.elements
    #expect(kept.first == 0 && kept.count == min(count, kept.count) && kept.count <= 10)
    #expect(count < 10 || kept.count >= 5)
    let steps = Set(zip(kept, kept.dropFirst()).map { $1 - $0 })
    #expect(steps.count <= 1)
    #expect((kept.last ?? 0) + (steps.first ?? 1) >= count)
  }
}

/// Images of 2 x 2 grey pixels in memory.
struct MemoryImages: RecordSource {
  let pixels: [[Double]]
  var labels: [String]
  var name: String { "images" }
  var layout: RecordLayout {
    RecordLayout(
      shape: .image(height: 2, width: 2, channels: 1), hasLabels: !labels.isEmpty, rowCount: pixels.count)
  }

  func makeReader() throws(IngestError) -> any RecordReader { Reader(self) }

  private final class Reader: RecordReader {
    private let source: MemoryImages
    private var done = 0

    init(_ source: MemoryImages) { self.source = source }

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      batch.reset(firstRecord: done + 1)
      while done < source.pixels.count, batch.rowCount < batch.capacity {
        batch.append(source.pixels[done], label: source.labels.isEmpty ? nil : source.labels[done])
        done += 1
      }
      return batch.rowCount > 0
    }
  }
}
