import Testing

@testable import Misfit

@Suite("Regions of an image above the threshold")
struct ImageRegionTests {
  /// Returns the values of a drawing: a digit is ten times its value, a dot is 0.
  private func values(_ lines: [String]) -> [Float] {
    lines.joined().map { Float($0.wholeNumberValue ?? 0) }
  }

  private func regions(_ lines: [String]) -> [ImageRegion] {
    ImageRegion.regions(above: values(lines), width: lines[0].count, height: lines.count)
  }

  @Test("are connected over sides and corners, the largest peak first")
  func connected() {
    let found = regions(["22....", "..3...", "......", "4....9", "4...22"])
    #expect(
      found == [
        ImageRegion(x: 4, y: 3, width: 2, height: 2, area: 3, peak: 9, peakX: 5, peakY: 3),
        ImageRegion(x: 0, y: 3, width: 1, height: 2, area: 2, peak: 4, peakX: 0, peakY: 3),
        ImageRegion(x: 0, y: 0, width: 3, height: 2, area: 3, peak: 3, peakX: 2, peakY: 1),
      ])
  }

  @Test("take no value of 1 or less, and no NaN")
  func limits() {
    #expect(regions(["11", "10"]).isEmpty)
    let found = ImageRegion.regions(above: [.nan, 2, .nan, 1], width: 2, height: 2)
    #expect(found == [ImageRegion(x: 1, y: 0, width: 1, height: 1, area: 1, peak: 2, peakX: 1, peakY: 0)])
  }

  @Test("may be the whole image, whatever its size", arguments: [(1, 1), (7, 3), (200, 150)])
  func whole(width: Int, height: Int) {
    let found = ImageRegion.regions(
      above: Array(repeating: 2, count: width * height), width: width, height: height)
    #expect(
      found == [
        ImageRegion(
          x: 0, y: 0, width: width, height: height, area: width * height, peak: 2, peakX: 0, peakY: 0)
      ])
  }

  @Test("cover each pixel above the threshold once")
  func areas() {
    let values = (0..<60 * 40).map { Float(($0 * 7919) % 101) / 50 }
    let found = ImageRegion.regions(above: values, width: 60, height: 40)
    #expect(found.reduce(0) { $0 + $1.area } == values.count { $0 > 1 })
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.peak >= $1.peak })
    for region in found {
      #expect(values[region.peakY * 60 + region.peakX] == Float(region.peak))
      #expect(region.area <= region.width * region.height)
    }
  }
}
