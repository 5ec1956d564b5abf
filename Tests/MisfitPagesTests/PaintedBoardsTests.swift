import Misfit
import Testing
import _TestSupport

@testable import MisfitPages

@Suite("Painted boards")
struct PaintedBoardsTests {
  @Test("follow from their number, and a mask is white where a defect is")
  func boards() {
    for number in 0..<20 {
      let good = PaintedBoards.board(number, isDefective: false)
      let bad = PaintedBoards.board(number, isDefective: true)
      #expect(good.image == PaintedBoards.board(number, isDefective: false).image)
      #expect(good.mask.pixels.allSatisfy { $0 == 0 })
      #expect(bad.mask.pixels.count { $0 == 255 } >= 6 && Set(bad.mask.pixels) == [0, 255])
      #expect(good.image.pixels.contains { $0 > 150 } && good.image.pixels.contains { $0 < 80 })
    }
    #expect(
      PaintedBoards.board(1, isDefective: false).image != PaintedBoards.board(2, isDefective: false).image)
  }

  @Test("are written with their masks, which annotate them")
  func files() throws {
    let folder = try TemporaryFolder()
    try PaintedBoards.write(to: folder.path, train: 2, good: 3, defective: 4)
    let source = try ImageFolderSource(folder.file("test"))
    #expect(source.layout.rowCount == 7 && source.imageIDs.first == "defect/001.png")
    #expect(try ImageFolderSource(folder.file("masks")).layout.rowCount == 4)
    #expect(try ImageFolderSource(folder.file("train")).layout.rowCount == 2)
  }

  @Test("cubic convolution keeps constant and linear images inside, and has Pillow's values")
  func bicubic() {
    let flat = Image(height: 5, width: 6, channels: 1, pixels: [UInt8](repeating: 77, count: 30))
    #expect(flat.bicubicallyDoubled.allSatisfy { abs($0 - 77) < 1e-9 })
    let ramp = Image(height: 4, width: 8, channels: 1, pixels: (0..<32).map { UInt8($0 % 8 * 20) })
    let doubled = ramp.bicubicallyDoubled
    for column in 4..<12 { #expect(abs(doubled[3 * 16 + column] - (Double(column) * 10 - 5)) < 1e-9) }
    // A step from 0 to 100: the weights at a quarter of a pixel are -0.0703, 0.8672, 0.2266 and -0.0234.
    let step = Image(height: 1, width: 6, channels: 1, pixels: [0, 0, 0, 100, 100, 100])
    let values = step.bicubicallyDoubled.prefix(12)
    #expect(abs(values[5] - (22.65625 - 2.34375)) < 1e-9 && abs(values[6] - (100 - 20.3125)) < 1e-9)
  }
}
