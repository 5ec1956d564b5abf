import MisfitCore
import Testing
import _TestSupport

@testable import MisfitKernels

/// The kernels of patches, at every CPU level.
@Suite struct PatchKernelTests {
  private static func random(_ count: Int, seed: UInt64, levels: Int = 1 << 20) -> FloatSlice {
    var generator = SeededGenerator(seed: seed)
    return FloatBuffer((0..<count).map { _ in Float(generator.nextIndex(below: levels)) / Float(levels) }).all
  }

  @Test(
    "rows are normalized as by plain loops, in the same bits at every level",
    arguments: [1, 2, 15, 16, 17, 64, 192])
  func normalization(_ width: Int) throws {
    let rows = Rows(Self.random(5 * width, seed: 1), width: width)
    rows[3].fill(with: 0.7)
    var first: [UInt32]?
    for level in runnableLevels {
      let (normalized, means) = (Rows(count: 5, width: width), FloatBuffer(count: 5).all)
      try kernels(level).normalize(rows, floor: 0.05, into: normalized, means: means)
      for row in rows.indices {
        let values = rows[row].array.map(Double.init)
        let mean = values.reduce(0, +) / Double(width)
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)).squareRoot()
        #expect(areClose(Double(means[row]), mean, relative: 1e-6, absolute: 0))
        for (value, found) in zip(values, normalized[row].array) {
          let expected = (value - mean) / (deviation + Double(Float(0.05)))
          #expect(areClose(Double(found), expected, relative: 1e-5, absolute: 1e-5))
        }
      }
      #expect(normalized[3].array.allSatisfy { $0 == 0 } && means[3] == 0.7)
      let bits = (normalized.slice.array + means.array).map(\.bitPattern)
      #expect(bits == first ?? bits, "\(level.name)")
      first = bits
    }
  }

  @Test(
    "the errors of pixels are sums over their channels, of which the largest is returned",
    arguments: [1, 16, 17, 64, 100], [1, 2, 3])
  func pixels(_ count: Int, _ channels: Int) throws {
    let (input, output) = (
      Self.random(count * channels, seed: 2), Self.random(count * channels, seed: 3)
    )
    for level in runnableLevels {
      let (kernels, pixels) = (try kernels(level), FloatBuffer(count: count).all)
      let largest = kernels.pixelErrors(of: input, from: output, base: 0.25, factor: 2, into: pixels)
      for pixel in 0..<count {
        var sum: Float = 0
        for index in pixel * channels..<(pixel + 1) * channels {
          sum += (input[index] - output[index]) * (input[index] - output[index])
        }
        #expect(pixels[pixel] == 0.25 + 2 * sum)
      }
      #expect(largest == pixels.array.max())
    }
  }

  @Test(
    "the largest error of pixels is NaN if any is NaN, wherever it is", arguments: [0, 7, 20, 32], [1, 3])
  func undefinedPixels(_ pixel: Int, _ channels: Int) throws {
    for level in runnableLevels {
      let (kernels, pixels) = (try kernels(level), FloatBuffer(count: 33).all)
      let (input, output) = (FloatBuffer(count: 33 * channels).all, FloatBuffer(count: 33 * channels).all)
      input[12 * channels] = .infinity
      #expect(kernels.pixelErrors(of: input, from: output, factor: 1, into: pixels) == .infinity)
      input[pixel * channels] = .nan
      #expect(kernels.pixelErrors(of: input, from: output, factor: 1, into: pixels).isNaN)
    }
  }

  /// References on a grid of few values, so that products are exact and many distances are equal.
  private static func references(_ count: Int, width: Int) -> Rows {
    Rows(random(count * width, seed: 4, levels: 4), width: width)
  }

  private static func squares(of rows: Rows) -> FloatSlice {
    FloatBuffer(rows.indices.map { VectorKernels.current.sumOfSquares(of: rows[$0]) }).all
  }

  @Test(
    "the nearest reference is found at every level, the first of equal ones",
    arguments: [1, 15, 16, 17, 100, 512], [1, 3, 17])
  func nearest(_ count: Int, _ width: Int) throws {
    let references = Self.references(count, width: width)
    let rows = Rows(Self.random(31 * width, seed: 5, levels: 4), width: width)
    let expected = rows.indices.map { row in
      references.indices.min {
        (SquaredDistance.between(rows[row], references[$0]), $0)
          < (SquaredDistance.between(rows[row], references[$1]), $1)
      }
    }
    for level in runnableLevels {
      let packed = PackedReferences(
        references, squares: Self.squares(of: references), kernels: try kernels(level))
      #expect(packed.nearest(to: rows).map { Int($0) } == expected, "\(level.name)")
      // Whichever rows are with it.
      for row in rows.indices {
        #expect(packed.nearest(to: rows[row..<row + 1]).map { Int($0) } == [expected[row]])
      }
    }
  }

  @Test("the first reference is returned for a row with NaN, and for no rows nothing")
  func nearestOfNothing() throws {
    let references = Self.references(20, width: 3)
    let rows = Rows(FloatBuffer([.nan, 1, 1]).all, width: 3)
    for level in runnableLevels {
      let packed = PackedReferences(
        references, squares: Self.squares(of: references), kernels: try kernels(level))
      #expect(packed.nearest(to: rows) == [0])
      #expect(packed.nearest(to: rows[0..<0]).isEmpty)
    }
  }

  @Test(
    "the next references below a bound are found at every level",
    arguments: [0, 15, 16, 100, 160], [-Float.infinity, 0.1, 0.9, .infinity])
  func nextBelow(_ count: Int, _ bound: Float) throws {
    let (products, squares) = (Self.random(count + 1, seed: 4), Self.random(count + 1, seed: 5))
    if count > 20 { squares[20] = .nan }
    let whole = count & ~15
    for level in runnableLevels {
      let table = try kernels(level).table
      var (start, lanes, found): (Int, UInt32, [Int]) = (0, 0, [])
      while true {
        start = unsafe table.next_below(
          products.pointer, squares.pointer, start, count, bound, &lanes)
        guard start < whole else { break }
        found += (0..<32).filter { lanes >> $0 & 1 == 1 }.map { start + $0 }
        start += 16
      }
      #expect(start == whole)
      #expect(found == (0..<whole).filter { squares[$0] - 2 * products[$0] < bound }, "\(level.name)")
    }
  }
}
