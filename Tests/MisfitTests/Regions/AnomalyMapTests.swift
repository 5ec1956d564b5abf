import Testing

@testable import Misfit

@Suite("Maps in units of the threshold")
struct AnomalyMapTests {
  @Test("of the size of the image stay as they are")
  func same() {
    let map = AnomalyMap([0, 1, 2, 3, 4, 5], width: 3, height: 2)
    #expect(map.resampled(to: ImageSize(width: 3, height: 2)) == map.values)
  }

  @Test("are interpolated to a larger image, symmetrically")
  func larger() {
    let map = AnomalyMap([0, 4, 0, 4], width: 2, height: 2)
    let row: [Float] = [0, 1, 3, 4]
    #expect(map.resampled(to: ImageSize(width: 4, height: 4)) == row + row + row + row)
  }

  @Test("keep their peaks in a smaller image")
  func smaller() {
    var values = Array(repeating: Float(0), count: 900)
    values[7 * 30 + 22] = 5
    let small = AnomalyMap(values, width: 30, height: 30).resampled(to: ImageSize(width: 6, height: 6))
    #expect(small[1 * 6 + 4] == 5 && small.count { $0 > 1 } == 1)
  }

  @Test("that were averaged down cover the image, not the rest of their last pixels")
  func averaged() {
    // 10 pixels in columns of 4: the third column covers two of them.
    let map = AnomalyMap([0, 0, 8], width: 3, height: 1, of: ImageSize(width: 10, height: 4))
    let values = map.resampled(to: ImageSize(width: 10, height: 1))
    #expect(values.count == 10 && values[9] > 6 && values[4] == 0)
    #expect(values[7] == 3 && values[8] == 5)
  }

  @Test("of flagged images have a value above 1")
  func raised() {
    var map = AnomalyMap([0.2, .nan, 1, 0.4], width: 2, height: 2)
    map.raisePeak()
    #expect(map.values[2] > 1 && map.values[0] == 0.2)
    var high = AnomalyMap([3, 2], width: 2, height: 1)
    high.raisePeak()
    #expect(high.values == [3, 2])
  }
}
