import Testing

@testable import MisfitCore

@Suite struct FloatBufferTests {
  @Test(
    "a buffer is aligned to 64 bytes and contains zeros", arguments: [0, 1, 15, 16, 17, 784, 1000])
  func alignedZeros(_ count: Int) {
    let buffer = FloatBuffer(count: count)
    #expect(buffer.count == count)
    #expect(unsafe UInt(bitPattern: buffer.base) % 64 == 0)
    #expect(buffer.all.array == [Float](repeating: 0, count: count))
  }

  @Test("a buffer of an array contains its values")
  func ofArray() { #expect(FloatBuffer([1, 2, 3]).all.array == [1, 2, 3]) }

  @Test("a slice keeps its buffer alive")
  func keepsAlive() {
    func slice() -> FloatSlice { FloatBuffer([1, 2, 3])[1..<3] }
    #expect(slice().array == [2, 3])
  }

  @Test("a slice of a slice counts from its own beginning, and sees the same floats")
  func slices() {
    let buffer = FloatBuffer([0, 1, 2, 3, 4, 5])
    let inner = buffer[2..<6][1..<3]
    #expect(inner.array == [3, 4])
    #expect(inner.offset == 3)
    inner[1] = 40
    #expect(buffer.all[4] == 40)
    #expect(buffer[6..<6].count == 0)
  }

  @Test("spans read and write the slice and no more")
  func spans() {
    let buffer = FloatBuffer([0, 1, 2, 3])
    let slice = buffer[1..<3]
    #expect(slice.span.count == 2)
    #expect(slice.span[0] == 1)
    let count = slice.withMutableSpan { span in
      span[0] = 10
      return span.count
    }
    #expect(count == 2)
    slice[1..<2].fill(with: 20)
    #expect(buffer.all.array == [0, 10, 20, 3])
  }

  @Test("a copy overwrites the beginning, also where the slices overlap")
  func copies() {
    let buffer = FloatBuffer([0, 1, 2, 3, 4])
    buffer[1..<5].copy(from: buffer[0..<4])
    #expect(buffer.all.array == [0, 0, 1, 2, 3])
    buffer.all.copy(from: [7])
    #expect(buffer.all.array == [7, 0, 1, 2, 3])
  }

  @Test("a range or an index outside is a precondition failure")
  func bounds() async {
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(count: 4)[2..<5] }
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(count: 4)[-1..<2] }
    // Inside the buffer, but outside the slice.
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(count: 9)[2..<5][0..<4] }
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(count: 4).all[4] }
    await #expect(processExitsWith: .failure) { FloatBuffer(count: 9)[0..<4][4] = 1 }
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(count: 9)[3..<5][-1] }
    await #expect(processExitsWith: .failure) { FloatBuffer(count: 9)[0..<2].copy(from: [1, 2, 3]) }
    await #expect(processExitsWith: .failure) {
      let buffer = FloatBuffer(count: 9)
      buffer[0..<2].copy(from: buffer[2..<5])
    }
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(count: -1) }
  }
}
