import MisfitImages
import Testing

@testable import MisfitPlots

@Suite("Heat maps on images")
struct HeatOverlayTests {
  @Test(
    "values have levels of a fixed scale",
    arguments: [(-1, 0), (0, 0), (0.5, 32), (0.999, 63), (1, 64), (2, 128), (4, 255), (1e9, 255)])
  func levels(value: Float, level: UInt8) { #expect(HeatScale.level(of: value) == level) }

  @Test("a value that is not a number is usual, an infinite one is not")
  func special() {
    #expect(HeatScale.level(of: .nan) == 0 && HeatScale.level(of: .infinity) == 255)
  }

  @Test("colors get brighter with the level, so that the scale can be read in gray")
  func colors() {
    let luma = HeatScale.colors.map(\.luma)
    #expect(luma.count == 256 && HeatScale.palette.count == 768)
    #expect(zip(luma, luma.dropFirst()).allSatisfy { $0 <= $1 + 0.004 })
    #expect(luma[64] - luma[63] > 0.1)
  }

  private func overlay(_ levels: [UInt8], mask: [Bool] = [], boxes: [HeatOverlay.PixelBox] = []) -> Image {
    let image = Image(height: 48, width: 48, channels: 1, pixels: Array(repeating: 100, count: 48 * 48))
    return HeatOverlay(image: image, levels: levels, mask: mask, boxes: boxes).drawn()
  }

  @Test("usual pixels stay as they are, others take the color of the map")
  func pixels() {
    var levels = Array(repeating: UInt8(20), count: 48 * 48)
    levels[49] = 200
    let drawn = overlay(levels)
    #expect(drawn.channels == 3 && Array(drawn[0, 0]) == [100, 100, 100])
    let color = HeatScale.colors[200]
    #expect(drawn[1, 1].first.map { $0 > 150 && $0 < color.red } == true)
  }

  @Test("a line runs around a region, outside it, and a box at a distance")
  func lines() {
    var mask = Array(repeating: false, count: 48 * 48)
    for row in 8...10 { for column in 8...11 { mask[row * 48 + column] = true } }
    let drawn = overlay(
      mask.map { $0 ? 64 : 0 }, mask: mask, boxes: [HeatOverlay.PixelBox(x: 8, y: 8, width: 4, height: 3)])
    func isLine(_ row: Int, _ column: Int) -> Bool { Array(drawn[row, column]) == [0, 0xE5, 0xFF] }
    #expect(isLine(7, 7) && isLine(7, 9) && isLine(11, 12) && isLine(9, 7))
    #expect(!isLine(9, 9) && !isLine(8, 8))
    #expect(Array(drawn[5, 9]) == [0xFF, 0xE1, 0] && Array(drawn[13, 9]) == [0xFF, 0xE1, 0])
    #expect(Array(drawn[3, 3]) == [100, 100, 100])
  }

  @Test(
    "boxes at the edges and outside are cut off",
    arguments: [(0, 0, 48, 48), (-9, -9, 3, 3), (60, 60, 5, 5), (46, 0, 9, 2)])
  func edges(x: Int, y: Int, width: Int, height: Int) {
    let box = HeatOverlay.PixelBox(x: x, y: y, width: width, height: height)
    let drawn = overlay(Array(repeating: 0, count: 48 * 48), boxes: [box])
    #expect(drawn.width == 48 && drawn.height == 48)
  }

  @Test("a small image has no boxes, which would hide it")
  func small() {
    let image = Image(height: 8, width: 60, channels: 1, pixels: Array(repeating: 100, count: 480))
    let levels = Array(repeating: UInt8(0), count: 480)
    let box = HeatOverlay.PixelBox(x: 20, y: 3, width: 3, height: 2)
    let drawn = HeatOverlay(image: image, levels: levels, mask: [], boxes: [box]).drawn()
    #expect(drawn.pixels.allSatisfy { $0 == 100 })
  }
}
