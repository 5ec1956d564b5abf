import MisfitCore
import Testing

@testable import MisfitKernels

/// Every product goes through a kernel's function pointer: the compiler must not evaluate it before the
/// thread's mode is set.
@Suite struct NumericThreadTests {
  private static let denormal: Float = 0x1p-133

  /// As bits: if denormals are zero, a comparison treats this one as 0, too.
  private static func denormalTimesOne() -> UInt32 {
    let value = FloatBuffer([denormal]).all
    VectorKernels.current.scale(value, by: 1)
    return value[0].bitPattern
  }

  private struct Stop: Error {}

  @Test("inside a scope a denormal times 1 is 0, outside it is itself")
  func scope() {
    #expect(Self.denormalTimesOne() == Self.denormal.bitPattern)
    let inside = NumericThread.scope {
      let inner = NumericThread.scope { Self.denormalTimesOne() }
      return [inner, Self.denormalTimesOne()]
    }
    #expect(inside == [0, 0])
    #expect(Self.denormalTimesOne() == Self.denormal.bitPattern)
  }

  @Test("a scope that throws restores the mode")
  func throwingScope() {
    #expect(throws: Stop.self) { try NumericThread.scope { () throws(Stop) in throw Stop() } }
    #expect(Self.denormalTimesOne() == Self.denormal.bitPattern)
  }

  @Test("a pool's threads treat denormals as 0, as a scope's caller does")
  func pool() {
    let pool = NumericThread.pool(threadCount: 4)
    let values = FloatBuffer(count: 400).all
    values.fill(with: Self.denormal)
    NumericThread.scope {
      pool.run(shardCount: 400) { VectorKernels.current.scale(values[$0..<$0 + 1], by: 1) }
    }
    #expect(values.array.allSatisfy { $0.bitPattern == 0 })
  }
}
