import MisfitCore
import Testing

@Suite("Running variance") struct RunningVarianceTests {
  private func variance(_ values: ArraySlice<Double>) -> RunningVariance {
    var result = RunningVariance()
    for value in values { result.add(value) }
    return result
  }

  @Test("merged from two halves is that of the whole", arguments: 0...8)
  func merging(split: Int) {
    let values = [2.0, 4, 4, 4, 5, 5, 7, 9]
    var merged = variance(values[..<split])
    merged.merge(variance(values[split...]))
    #expect(merged.count == 8 && abs(merged.mean - 5) < 1e-14 && abs(merged.squares - 32) < 1e-13)
  }

  @Test("of a small spread far from zero keeps its digits")
  func farFromZero() { #expect(variance([1e9, 1e9 + 1, 1e9 + 2]).squares == 2) }

  @Test("of a first value whose square overflows stays finite when it is merged")
  func huge() {
    var empty = RunningVariance()
    empty.merge(variance([1e200]))
    #expect(empty.mean == 1e200 && empty.squares == 0)
  }
}
