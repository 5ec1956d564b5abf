import MisfitCore
import Testing

@testable import MisfitKernels

@Suite struct BFloat16ConversionTests {
  /// Every upper half of a float, with lower halves on both sides of every tie.
  private static let hardFloats: [Float] = (0...UInt32(UInt16.max)).flatMap { upper in
    [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff].map { Float(bitPattern: upper << 16 | $0) }
  }

  /// Returns the nearer of the two adjacent values, by doubles and not by bits.
  private static func nearest(to value: Float) -> Float {
    if value.isNaN || value.isInfinite { return value }
    let low = Float(bitPattern: value.bitPattern & 0xffff_0000)
    let high = Float(bitPattern: (value.bitPattern & 0xffff_0000) &+ 0x1_0000)
    // Above the largest finite number the next one would be 2^128.
    let upper = high.isFinite ? Double(high) : (value < 0 ? -0x1p128 : 0x1p128)
    let (down, up) = (abs(Double(value) - Double(low)), abs(upper - Double(value)))
    if down == up { return low.bitPattern & 0x1_0000 == 0 ? low : high }
    return down < up ? low : high
  }

  private static func isSame(_ left: Float, _ right: Float) -> Bool {
    left.isNaN && right.isNaN ? left.sign == right.sign : left.bitPattern == right.bitPattern
  }

  @Test("a float becomes the nearest bf16, of two the even one, and NaN stays NaN")
  func nearest() {
    for value in Self.hardFloats {
      let rounded = BFloat16(value)
      #expect(Self.isSame(rounded.float, Self.nearest(to: value)), "\(value.bitPattern)")
      #expect(rounded.bitPattern & 0x7fff <= 0x7f80 || rounded.bitPattern & 0x40 != 0, "a NaN is a quiet one")
    }
  }

  @Test("every level rounds like a scalar conversion", arguments: runnableLevels)
  func everyLevelRounds(_ level: CPULevel) throws {
    let kernels = try kernels(level)
    let rounded = BFloat16Buffer(count: Self.hardFloats.count).all
    kernels.round(FloatBuffer(Self.hardFloats).all, into: rounded)
    let differing = Self.hardFloats.indices.filter { rounded[$0] != BFloat16(Self.hardFloats[$0]) }
    #expect(differing.isEmpty)
  }

  @Test("a thread that treats denormals as 0 rounds them like any other number")
  func denormalsAreKept() {
    let rounded = BFloat16Buffer(count: 1).all
    NumericThread.scope {
      VectorKernels.current.round(FloatBuffer([0x1p-130]).all, into: rounded)
    }
    #expect(rounded[0].bitPattern == 0x0008)
  }

  @Test("every level widens every bf16 to its own value", arguments: runnableLevels)
  func everyLevelWidens(_ level: CPULevel) throws {
    let kernels = try kernels(level)
    let all = BFloat16Buffer(count: 0x10000).all
    for pattern in 0..<all.count { all[pattern] = BFloat16(bitPattern: UInt16(pattern)) }
    let floats = FloatBuffer(count: all.count).all
    kernels.widen(all, into: floats)
    let differing = (0..<all.count).filter { floats[$0].bitPattern != UInt32($0) << 16 }
    #expect(differing.isEmpty)
  }

  @Test(
    "conversion at any length and offset does not change adjacent values", arguments: runnableLevels,
    [0, 1, 3, 15, 16, 17, 33, 784])
  func neighborsAreLeftAlone(_ level: CPULevel, _ count: Int) throws {
    let kernels = try kernels(level)
    var generator = SeededGenerator(seed: 5)
    let values = KernelOperation.mixed(count, 3, &generator)
    for offset in [0, 1, 5] {
      let rounded = BFloat16Buffer(rounding: [Float](repeating: 7, count: count + 16))
      kernels.round(FloatBuffer(values).all, into: rounded[offset..<offset + count])
      let widened = FloatBuffer([Float](repeating: 7, count: count + 16))
      kernels.widen(rounded[offset..<offset + count], into: widened[offset..<offset + count])
      let before = [Float](repeating: 7, count: offset)
      let after = [Float](repeating: 7, count: 16 - offset)
      let expected = before + values.map { BFloat16($0).float } + after
      #expect(rounded.all.floats == expected)
      #expect(widened.all.array == expected)
    }
  }

  @Test("more floats than values are a precondition failure")
  func countsAreChecked() async {
    await #expect(processExitsWith: .failure) {
      VectorKernels.current.round(FloatBuffer(count: 4).all, into: BFloat16Buffer(count: 3).all)
    }
    await #expect(processExitsWith: .failure) {
      VectorKernels.current.widen(BFloat16Buffer(count: 4).all, into: FloatBuffer(count: 3).all)
    }
    await #expect(processExitsWith: .failure) { _ = BFloat16Buffer(count: 4)[2..<5] }
  }
}
